import { type TokenSource, TokenUnavailable } from '../../ports/transport.ts';
import { type NewToken, renewedToken } from '../portable/token-renewed.ts';
import { askIssuer } from './ask-issuer.ts';

/** What an exchange of refresh tokens needs. */
export interface FirebaseTokenOptions {
  /** The refresh token to begin with; null: signed out. The exchange may answer with another, which is used from then on. */
  readonly refreshToken: () => Promise<string | null>;
  /** The project's web API key; null where the exchange needs none. */
  readonly key: string | null;
  /** Address of the exchange; default: Google's. */
  readonly url?: string;
}

/** Where Firebase exchanges refresh tokens. */
export const firebaseExchange = 'https://securetoken.googleapis.com/v1/token';

/** Answers that mean: this user must sign in anew. */
const signedOut =
  /^(TOKEN_EXPIRED|USER_DISABLED|USER_NOT_FOUND|INVALID_REFRESH_TOKEN|MISSING_REFRESH_TOKEN|INVALID_GRANT)\b/;

/** Id tokens of a Firebase user, made from a refresh token. */
export function firebaseToken({ refreshToken, key, url = firebaseExchange }: FirebaseTokenOptions): TokenSource {
  let latest: string | null = null;
  const make = async (): Promise<NewToken | null> => {
    latest ??= await refreshToken();
    if (latest === null) return null;
    const exchanged = await exchange(withKey(url, key), latest);
    // After a refusal a person may have signed in anew: the next try begins from the start.
    latest = exchanged === null ? null : (exchanged.refreshToken ?? latest);
    return exchanged;
  };
  return renewedToken({ make, monoMs: () => performance.now() });
}

async function exchange(
  url: string,
  refreshToken: string,
): Promise<(NewToken & { readonly refreshToken: string | null }) | null> {
  const { status, body } = await askIssuer(url, {
    type: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
  });
  const {
    id_token: token,
    refresh_token: next,
    expires_in: seconds,
    error,
  } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (status === 200 && typeof token === 'string') {
    const livesMs = Number(seconds) > 0 ? Number(seconds) * 1_000 : null;
    return { token, livesMs, refreshToken: typeof next === 'string' ? next : null };
  }
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { readonly message?: unknown };
  if (status === 400 && signedOut.test(String(message))) return null;
  throw new TokenUnavailable(`${new URL(url).origin} gave no token for the refresh token (status ${status})`);
}

function withKey(url: string, key: string | null): string {
  const address = new URL(url);
  if (key !== null) address.searchParams.set('key', key);
  return address.href;
}
