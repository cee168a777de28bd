import type { FirebaseOptions } from './firebase.ts';
import type { Hs256Options } from './hs256.ts';
import type { Authenticator } from './identity.ts';
import type { IssuerOptions } from './issuer.ts';
import type { JwksOptions } from './jwks.ts';

/** How users are told apart. */
export type AuthOptions =
  /** Development: the token itself is the user's name. */
  | { readonly kind: 'none' }
  /** JSON Web Tokens signed with a secret; `sub` is the user. */
  | ({ readonly kind: 'hs256' } & Hs256Options)
  /** JSON Web Tokens signed with the keys of an issuer elsewhere; `sub` is the user. */
  | ({ readonly kind: 'jwks' } & JwksOptions)
  /** Id tokens of a Firebase project. */
  | ({ readonly kind: 'firebase' } & FirebaseOptions)
  /** Development: unsigned id tokens, as the Firebase emulator makes them. */
  | ({ readonly kind: 'firebase-emulator' } & FirebaseOptions)
  /** Tests: tokens of the issuer that is part of this server and gives everyone whatever token they ask for. */
  | ({ readonly kind: 'issuer' } & IssuerOptions);

/** Options whose tokens somebody else makes. */
export type CheckingOptions = Exclude<AuthOptions, { kind: 'issuer' }>;

/** The authenticator of these options. Loads the token library only where tokens are checked. */
export async function makeAuthenticator(options: CheckingOptions): Promise<Authenticator> {
  switch (options.kind) {
    case 'none':
      return (await import('./none.ts')).trustToken;
    case 'hs256':
      return (await import('./hs256.ts')).checkHs256(options);
    case 'jwks':
      return (await import('./jwks.ts')).checkJwks(options);
    case 'firebase':
      return (await import('./firebase.ts')).checkFirebase(options);
    case 'firebase-emulator':
      return (await import('./firebase.ts')).trustFirebaseEmulator(options);
  }
}
