import type { KeyValueStore } from '../../../src/adapters/portable/key-value-store.ts';

/** The shapes of store that are met: get, set and remove only; AsyncStorage 2; AsyncStorage 3. */
export const dialects = ['three calls', 'AsyncStorage 2', 'AsyncStorage 3'] as const;
/** One of {@link dialects}. */
export type Dialect = (typeof dialects)[number];

/** Which call fails: that one alone, or it and all that follow (`dead`); before or after it had its effect. */
export interface Fault {
  readonly how: 'before' | 'after' | 'dead before' | 'dead after';
  /** 1 is the first call. */
  readonly at: number;
}

/** A store in memory that can fail at any call. A call for many keys that fails has half of its effect. */
export class FaultyStore implements KeyValueStore {
  readonly #data: Map<string, string>;
  readonly #fault: Fault | null;
  #waiting: { readonly call: string; readonly run: () => Promise<void> } | null = null;
  calls = 0;
  readonly multiGet?: NonNullable<KeyValueStore['multiGet']>;
  readonly multiRemove?: NonNullable<KeyValueStore['multiRemove']>;
  readonly getMany?: NonNullable<KeyValueStore['getMany']>;
  readonly removeMany?: NonNullable<KeyValueStore['removeMany']>;

  constructor(data: Map<string, string>, dialect: Dialect, fault: Fault | null = null) {
    this.#data = data;
    this.#fault = fault;
    const read = (key: string): readonly [string, string | null] => [key, data.get(key) ?? null];
    const removeAll = (keys: readonly string[]) =>
      this.#call('removeMany', (half) => {
        for (const key of half ? keys.slice(0, keys.length / 2) : keys) data.delete(key);
      });
    if (dialect === 'AsyncStorage 2') {
      this.multiGet = (keys) => this.#call('multiGet', () => keys.map(read));
      this.multiRemove = removeAll;
    }
    if (dialect === 'AsyncStorage 3') {
      this.getMany = (keys) => this.#call('getMany', () => Object.fromEntries(keys.map(read)));
      this.removeMany = removeAll;
    }
  }

  getItem(key: string): Promise<string | null> {
    return this.#call('getItem', () => this.#data.get(key) ?? null);
  }

  setItem(key: string, value: string): Promise<unknown> {
    return this.#call('setItem', (half) => {
      if (!half) this.#data.set(key, value);
    });
  }

  removeItem(key: string): Promise<unknown> {
    return this.#call('removeItem', (half) => {
      if (!half) this.#data.delete(key);
    });
  }

  /** Runs something inside the next call of that name, before it has its effect. */
  async during(call: string, run: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#waiting = { call, run: () => run().then(resolve, reject) };
    });
  }

  async #call<T>(name: string, effect: (half: boolean) => T): Promise<T> {
    this.calls += 1;
    const fault = this.#failsNow();
    if (this.#waiting?.call === name) {
      const { run } = this.#waiting;
      this.#waiting = null;
      await run();
    }
    if (fault === null) return effect(false);
    if (fault === 'dead') throw new Error('the process is gone');
    effect(fault.endsWith('before'));
    throw new Error(`planted at call ${this.calls}`);
  }

  #failsNow(): Fault['how'] | 'dead' | null {
    if (this.#fault === null || this.calls < this.#fault.at) return null;
    if (this.calls === this.#fault.at) return this.#fault.how;
    return this.#fault.how.startsWith('dead') ? 'dead' : null;
  }
}
