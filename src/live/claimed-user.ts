import { bearerToken } from '../server/auth/identity.ts';

/**
 * Whose token an `Authorization` header carries, by its own words and unchecked: the subject of a signed token, or the
 * token itself where it is a plain name. Null without a token. Good for choosing faults, and for nothing else.
 */
export function claimedUser(authorization: string | undefined): string | null {
  const token = bearerToken(authorization);
  if (token === null) return null;
  const [, payload = '', signature] = token.split('.');
  return (signature === undefined ? null : subjectIn(payload)) ?? token;
}

function subjectIn(payload: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const sub = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : null;
    return typeof sub === 'string' ? sub : null;
  } catch {
    return null;
  }
}
