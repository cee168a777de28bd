import { errors, type JWTPayload } from 'jose';
import { brandId, type UserId } from '../../core/ids.ts';
import { type Authenticator, bearerToken, type Identity } from './identity.ts';
import { KeysUnavailable } from './remote-keys.ts';

/** Verifies a token at a time and gives its claims. Rejects with jose's errors, or {@link KeysUnavailable}. */
export type VerifyToken = (token: string, now: Date) => Promise<JWTPayload>;

/** How far in the future a token may say that it was issued, ms: clocks of issuers run ahead. */
const issuedAheadMaxMs = 300_000;

/** An authenticator whose users are the subjects of verified tokens. `lateMs`: how long after its end a token still passes. */
export function checkedToken(verify: VerifyToken, { lateMs }: { readonly lateMs: number }): Authenticator {
  return async (authorization, nowMs) => {
    const token = bearerToken(authorization);
    if (token === null) return { kind: 'nobody', reason: null };
    try {
      return identityOf(await verify(token, new Date(nowMs)), { nowMs, lateMs });
    } catch (error) {
      if (error instanceof KeysUnavailable)
        return { kind: 'undecided', reason: error.message, retryAfterMs: error.retryAfterMs };
      return { kind: 'nobody', reason: reasonOf(error) };
    }
  };
}

function identityOf(
  { sub, exp, iat, auth_time: signedInAt }: JWTPayload,
  { nowMs, lateMs }: { readonly nowMs: number; readonly lateMs: number },
): Identity {
  if (typeof sub !== 'string' || sub.length < 1 || sub.length > 128)
    return { kind: 'nobody', reason: 'it has no subject of 1 to 128 characters' };
  for (const seconds of [iat, signedInAt]) {
    if (typeof seconds === 'number' && seconds * 1_000 > nowMs + issuedAheadMaxMs)
      return { kind: 'nobody', reason: 'it was issued in the future' };
  }
  return {
    kind: 'user',
    user: brandId<UserId>(sub),
    expiresMs: typeof exp === 'number' ? exp * 1_000 + lateMs : null,
  };
}

const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature does not fit',
  ERR_JOSE_ALG_NOT_ALLOWED: 'it is signed in a way that is not allowed here',
  ERR_JWKS_NO_MATCHING_KEY: 'its issuer has no such key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'it does not say which key signed it',
  ERR_JOSE_NOT_SUPPORTED: 'it is signed in a way that is not known here',
};

/** Why a token is refused, by the error's code: whatever a token holds never gets into an answer or a log. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) return claimReason(error);
  const code = error instanceof errors.JOSEError ? error.code : '';
  return reasons[code] ?? 'it is no valid token';
}

function claimReason({ claim, reason }: errors.JWTClaimValidationFailed): string {
  const names: Readonly<Record<string, string>> = { iss: 'issuer', aud: 'audience', sub: 'subject', exp: 'end' };
  const name = names[claim] ?? (/^[a-z_]{1,20}$/.test(claim) ? `claim ${claim}` : 'claim');
  return reason === 'missing' ? `it names no ${name}` : `its ${name} is not the one expected`;
}
