import type { TokenSource } from '../../ports/transport.ts';

/** A token as its maker hands it over. */
export interface NewToken {
  readonly token: string;
  /** How long it is good from now, ms; null: not known. */
  readonly livesMs: number | null;
}

/** What renewed tokens come from. */
export interface RenewedTokenParts {
  /** Makes a token; null: its user gets none. Rejects with TokenUnavailable when the maker can't be asked. */
  readonly make: () => Promise<NewToken | null>;
  /** A clock that never steps back, ms. */
  readonly monoMs: () => number;
}

/** A token is made anew this long before its end, ms, or a tenth of its life before when that is less. */
const aheadMaxMs = 60_000;

/**
 * Tokens that are made when they are needed: one is held until shortly before its end, and all who wait for a new one
 * share it. While the maker can't be asked, the held one goes on.
 */
export function renewedToken({ make, monoMs }: RenewedTokenParts): TokenSource {
  let held: { readonly token: string; readonly renewAtMs: number } | null = null;
  let making: Promise<string | null> | null = null;
  const made = async (): Promise<string | null> => {
    const next = await make();
    const now = monoMs();
    held = next === null ? null : { token: next.token, renewAtMs: now + untilRenewal(next.livesMs) };
    return next?.token ?? null;
  };
  const refresh = (): Promise<string | null> => {
    making ??= made().finally(() => {
      making = null;
    });
    return making;
  };
  return {
    refresh,
    current: async () => {
      if (held === null) return refresh();
      if (monoMs() < held.renewAtMs) return held.token;
      const { token } = held;
      return refresh().catch(() => token);
    },
  };
}

function untilRenewal(livesMs: number | null): number {
  return livesMs === null ? Number.POSITIVE_INFINITY : livesMs - Math.min(aheadMaxMs, livesMs / 10);
}
