import { jwtVerify } from 'jose';
import { checkedToken, type VerifyToken } from './checked-token.ts';
import type { Authenticator } from './identity.ts';
import { type KeyOf, RemoteKeys } from './remote-keys.ts';

/** What tokens signed by an issuer elsewhere must hold, and where its keys are. */
export interface JwksOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Address of the key set; default: the one in the issuer's discovery document. */
  readonly keysUrl?: string;
  /** How long after its end a token still passes, ms; default 0. */
  readonly lateMs?: number;
}

/** Only these: a key set that holds a shared secret, or a token that says `none`, must not open anything. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Checks tokens signed with the keys of an issuer: signature, lifetime by the server's clock, issuer and audience. */
export function checkJwks({ issuer, audience, keysUrl, lateMs = 0 }: JwksOptions): Authenticator {
  const { keyOf } = new RemoteKeys({ url: keysUrl ?? null, issuer, monoMs: () => performance.now() });
  return checkedToken(verifyBy(keyOf, { issuer, audience, lateMs, algorithms }), { lateMs });
}

/** Verifies tokens by the key that they name, and that they have a subject and an end. */
export function verifyBy(
  keyOf: KeyOf,
  options: {
    readonly issuer: string;
    readonly audience: string;
    readonly lateMs: number;
    readonly algorithms: readonly string[];
  },
): VerifyToken {
  const { issuer, audience, lateMs } = options;
  const expected = { issuer, audience, algorithms: [...options.algorithms], requiredClaims: ['sub', 'exp'] };
  return async (token, currentDate) => {
    const verified = await jwtVerify(token, keyOf, { ...expected, currentDate, clockTolerance: lateMs / 1_000 });
    return verified.payload;
  };
}
