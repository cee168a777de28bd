/** The object with some of its members replaced; the others work on the object itself, private parts included. */
export function overlay<T extends object>(target: T, over: Partial<T>): T {
  return new Proxy(target, {
    get: (original, name) => {
      if (Object.hasOwn(over, name)) return over[name as keyof T];
      const value: unknown = Reflect.get(original, name, original);
      return typeof value === 'function' ? value.bind(original) : value;
    },
  });
}
