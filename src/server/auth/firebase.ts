import { UnsecuredJWT } from 'jose';
import { checkedToken } from './checked-token.ts';
import type { Authenticator } from './identity.ts';
import { verifyBy } from './jwks.ts';
import { RemoteKeys } from './remote-keys.ts';

/** Whose tokens are taken. */
export interface FirebaseOptions {
  /** The project's id. */
  readonly project: string;
  /** Where the keys are; default: Google's. */
  readonly keysUrl?: string;
  /** How long after its end a token still passes, ms; default 0. */
  readonly lateMs?: number;
}

const googleKeys = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';

/** What Firebase calls itself in the tokens of a project. */
export function firebaseIssuer(project: string): string {
  return `https://securetoken.google.com/${project}`;
}

/** Checks the id tokens of a Firebase project: RS256, the issuer's keys, issuer, audience, lifetime, a user. */
export function checkFirebase({ project, keysUrl = googleKeys, lateMs = 0 }: FirebaseOptions): Authenticator {
  const issuer = firebaseIssuer(project);
  const { keyOf } = new RemoteKeys({ url: keysUrl, issuer, monoMs: () => performance.now() });
  return checkedToken(verifyBy(keyOf, { issuer, audience: project, lateMs, algorithms: ['RS256'] }), { lateMs });
}

/**
 * Takes the unsigned id tokens of the Firebase emulator for a project, and no other. For development only: whoever can
 * write a token is whom it names.
 */
export function trustFirebaseEmulator({ project, lateMs = 0 }: FirebaseOptions): Authenticator {
  const expected = { issuer: firebaseIssuer(project), audience: project, requiredClaims: ['sub', 'exp'] };
  const verify = async (token: string, currentDate: Date) =>
    UnsecuredJWT.decode(token, { ...expected, currentDate, clockTolerance: lateMs / 1_000 }).payload;
  return checkedToken(verify, { lateMs });
}
