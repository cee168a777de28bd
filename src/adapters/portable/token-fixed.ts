import type { TokenSource } from '../../ports/transport.ts';

/** Always this token; there is none after it, so a refresh is refused. */
export function fixedToken(token: string): TokenSource {
  return { current: () => Promise.resolve(token), refresh: () => Promise.resolve(null) };
}
