import type { Awaitable } from '../ports/storage.ts';

/** Goes on with a value at once where it is there, and later where it is promised. */
export function whenReady<T, U>(value: Awaitable<T>, goOn: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
