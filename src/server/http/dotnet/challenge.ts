import { bearerToken } from '../../auth/identity.ts';

/** What the bearer handler says, by the words of our own authenticators. */
const descriptions: readonly (readonly [reason: RegExp, told: (claims: Claims) => string | null])[] = [
  [/has expired/, ({ exp }) => (typeof exp === 'number' ? `The token expired at '${invariant(exp)}'` : null)],
  [/signature does not fit/, () => 'The signature is invalid'],
  [/no such key|which key/, () => 'The signature key was not found'],
  [/audience/, ({ aud }) => `The audience '${shown(aud)}' is invalid`],
  [/issuer/, ({ iss }) => `The issuer '${shown(iss)}' is invalid`],
];

type Claims = Readonly<Record<string, unknown>>;

/**
 * The `WWW-Authenticate` of a 401 as `JwtBearerHandler` writes it: `Bearer` alone without a token, else with
 * `error="invalid_token"` and, where it has words for it, a description. `detail`: why our authenticator refused.
 */
export function challengeOf(authorization: string | undefined, detail: string): string {
  const token = bearerToken(authorization);
  if (token === null) return 'Bearer';
  const claims = claimsOf(token);
  const told = descriptions.find(([reason]) => reason.test(detail))?.[1](claims) ?? null;
  return `Bearer error="invalid_token"${told === null ? '' : `, error_description="${told}"`}`;
}

function claimsOf(token: string): Claims {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : {};
  } catch {
    return {};
  }
}

/** A claim that may stand in a header; one that is missing is `(null)` there. */
function shown(claim: unknown): string {
  const text = Array.isArray(claim) ? claim.join(', ') : claim;
  return typeof text === 'string' ? text.replace(/[^\x20-\x7e]|["\\]/g, '?').slice(0, 200) : '(null)';
}

/** Seconds since 1970 as .NET's invariant culture writes a time: `03/01/2026 06:30:00`. */
function invariant(seconds: number): string {
  const [date = '', time = ''] = new Date(seconds * 1_000).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year} ${time.slice(0, 8)}`;
}
