import { createLocalJWKSet, errors, type JWSHeaderParameters, type LocalJWKSet } from 'jose';
import { type FetchedKeys, fetchKeys } from './fetch-keys.ts';

/** The keys that would tell whether a token is good can't be had now. The token may be good. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs: number }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The key that a token's header names. Rejects with jose's errors when there is none, or with {@link KeysUnavailable}. */
export type KeyOf = (header?: JWSHeaderParameters) => ReturnType<LocalJWKSet>;

/** What a set of keys elsewhere needs. */
export interface RemoteKeysOptions {
  /** Address of the key set; null: the one that the issuer's discovery document names. */
  readonly url: string | null;
  readonly issuer: string;
  /** A clock that never steps back, ms. */
  readonly monoMs: () => number;
}

/** After a key was looked for in vain, the set is not fetched again for this long, ms: made-up names must cost nothing. */
const unknownPauseMs = 30_000;
/** A set that could not be fetched is not asked for again for this long, ms. */
const failedPauseMs = 2_000;
/** How long keys are used whose set can't be fetched anew, ms. */
const staleMaxMs = 86_400_000;
/** Names of keys that are remembered as looked for in vain. */
const missedMax = 1_000;
const nameCharsMax = 200;

/**
 * The keys of an issuer elsewhere, fetched when first needed, kept for as long as the issuer says, and fetched once more for a
 * name that is not among them. All who wait share one fetch.
 */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  #held: { readonly keys: LocalJWKSet; readonly atMs: number; readonly freshUntilMs: number } | null = null;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #failure: unknown = null;
  #loading: Promise<void> | null = null;
  /** When a name was first looked for and not found. */
  readonly #missed = new Map<string, number>();

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /** See {@link KeyOf}. */
  readonly keyOf: KeyOf = async (header) => {
    const now = this.#options.monoMs();
    if (this.#held === null || now >= this.#held.freshUntilMs) await this.#renew(now);
    try {
      return await this.#keys()(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return this.#searched(header, { now, error });
    }
  };

  /** Looks once more for a key that the held set has not: it may be newer than the set. */
  async #searched(
    header: JWSHeaderParameters | undefined,
    { now, error }: { readonly now: number; readonly error: Error },
  ): ReturnType<LocalJWKSet> {
    const firstMs = this.#firstMissed(header?.kid ?? '', now);
    if (now - this.#triedAtMs >= this.#pauseMs) {
      await this.#renew(now);
      if (this.#failure === null) return this.#keys()(header);
    }
    // A set fetched after the name was first seen does not have it: nothing newer is to be expected.
    if (this.#failure === null && firstMs < (this.#held?.atMs ?? now)) throw error;
    const retryAfterMs = Math.max(0, this.#triedAtMs + this.#pauseMs - now);
    throw new KeysUnavailable('its key may be newer than those held here', { retryAfterMs, cause: error });
  }

  get #pauseMs(): number {
    return this.#failure === null ? unknownPauseMs : failedPauseMs;
  }

  #firstMissed(name: string, now: number): number {
    const key = name.slice(0, nameCharsMax);
    const firstMs = this.#missed.get(key);
    if (firstMs === undefined && this.#missed.size < missedMax) this.#missed.set(key, now);
    return firstMs ?? now;
  }

  #keys(): LocalJWKSet {
    if (this.#held !== null) return this.#held.keys;
    throw new KeysUnavailable('the keys of its issuer can not be fetched', {
      retryAfterMs: failedPauseMs,
      cause: this.#failure,
    });
  }

  /** Fetches the set; what is held stays when that fails, for a time. Never rejects. */
  async #renew(now: number): Promise<void> {
    const isPaused = this.#failure !== null && now - this.#triedAtMs < failedPauseMs;
    if (!isPaused) {
      this.#loading ??= this.#load(now).finally(() => {
        this.#loading = null;
      });
      await this.#loading;
    }
    if (this.#held !== null && now - this.#held.freshUntilMs >= staleMaxMs) this.#held = null;
  }

  async #load(now: number): Promise<void> {
    this.#triedAtMs = now;
    try {
      const fetched: FetchedKeys = await fetchKeys(this.#options);
      this.#held = { keys: createLocalJWKSet(fetched.keys), atMs: now, freshUntilMs: now + fetched.freshMs };
      this.#failure = null;
      for (const [name, atMs] of this.#missed) if (atMs < now - 2 * unknownPauseMs) this.#missed.delete(name);
    } catch (error) {
      this.#failure = error;
    }
  }
}
