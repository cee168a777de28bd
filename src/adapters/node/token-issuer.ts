import { type TokenSource, TokenUnavailable } from '../../ports/transport.ts';
import { type NewToken, renewedToken } from '../portable/token-renewed.ts';
import { askIssuer } from './ask-issuer.ts';

/** The tokens that the test issuer of a server at `url` (`serve --auth issuer`) gives a user. */
export function issuerToken({ url, user }: { readonly url: string; readonly user: string }): TokenSource {
  return renewedToken({ make: () => issued(url, user), monoMs: () => performance.now() });
}

async function issued(url: string, user: string): Promise<NewToken | null> {
  const { status, body } = await askIssuer(`${url.replace(/\/+$/, '')}/issuer/tokens`, {
    type: 'application/json',
    body: JSON.stringify({ uid: user }),
  });
  if (status === 403) return null;
  const { token, expiresInMs } = (body ?? {}) as { readonly token?: unknown; readonly expiresInMs?: unknown };
  if (status !== 200 || typeof token !== 'string')
    throw new TokenUnavailable(`${url} gives no tokens (status ${status}): start that server with --auth issuer`);
  return { token, livesMs: typeof expiresInMs === 'number' ? expiresInMs : null };
}
