import type { UserId } from '../../core/ids.ts';
import type { Identity } from '../auth/identity.ts';
import { refuse } from '../decide/refusal.ts';
import { RequestRefused } from './request-refused.ts';

/**
 * The user of an identity. Throws RequestRefused for nobody (401, with the challenge of RFC 6750), and while nobody can
 * tell (503): a 401 would make devices throw away a token that may be good.
 */
export function userIn(identity: Identity): UserId {
  switch (identity.kind) {
    case 'user':
      return identity.user;
    case 'undecided': {
      const detail = `The token can not be checked now: ${identity.reason}.`;
      const headers = { 'retry-after': String(Math.ceil(identity.retryAfterMs / 1_000) || 1) };
      throw new RequestRefused(refuse('unavailable', detail), { headers });
    }
    case 'nobody': {
      const { reason } = identity;
      const detail = reason === null ? 'The request carries no bearer token.' : `The token is refused: ${reason}.`;
      const challenge = reason === null ? 'Bearer' : 'Bearer error="invalid_token"';
      throw new RequestRefused(refuse('unauthenticated', detail), { headers: { 'www-authenticate': challenge } });
    }
  }
}
