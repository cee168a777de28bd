/**
 * The shape of AsyncStorage (2 and 3), redux-persist storages and the like: texts under texts, asynchronous. Any call
 * may be slow or reject; one `setItem` is expected to happen whole or not at all, and nothing more than that. The
 * calls for many keys are used where they exist; they may stop half way.
 */
export interface KeyValueStore {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<unknown>;
  removeItem(key: string): Promise<unknown>;
  /** AsyncStorage 2. */
  multiGet?(keys: readonly string[]): Promise<readonly (readonly [string, string | null])[]>;
  /** AsyncStorage 2. */
  multiRemove?(keys: readonly string[]): Promise<unknown>;
  /** AsyncStorage 3. */
  getMany?(keys: string[]): Promise<Readonly<Record<string, string | null>>>;
  /** AsyncStorage 3. */
  removeMany?(keys: string[]): Promise<unknown>;
}

/** The values of several keys, in the order asked for; null where there is none. Rejects as the store does. */
export async function getMany(store: KeyValueStore, keys: readonly string[]): Promise<(string | null)[]> {
  if (store.getMany !== undefined) {
    const found = new Map(Object.entries(await store.getMany([...keys])));
    return keys.map((key) => found.get(key) ?? null);
  }
  if (store.multiGet !== undefined) {
    const found = new Map(await store.multiGet(keys));
    return keys.map((key) => found.get(key) ?? null);
  }
  return Promise.all(keys.map(async (key) => (await store.getItem(key)) ?? null));
}

/** Takes several keys out; absent ones are no error. When it rejects, any of them may be gone. */
export async function removeMany(store: KeyValueStore, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  if (store.removeMany !== undefined) await store.removeMany([...keys]);
  else if (store.multiRemove !== undefined) await store.multiRemove(keys);
  else for (const key of keys) await store.removeItem(key);
}
