import type { Authenticator } from './identity.ts';

/** How users are told apart. */
export type AuthOptions =
  /** Development: the token itself is the user's name. */
  | { readonly kind: 'none' }
  /** JSON Web Tokens signed with this secret (32 bytes or more); `sub` is the user. */
  | { readonly kind: 'hs256'; readonly secret: string; readonly issuer?: string; readonly audience?: string };

/** The authenticator of these options. Loads the token library only where tokens are checked. */
export async function makeAuthenticator(options: AuthOptions): Promise<Authenticator> {
  if (options.kind === 'none') return (await import('./none.ts')).trustToken;
  return (await import('./hs256.ts')).checkHs256(options);
}
