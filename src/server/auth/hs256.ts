import { jwtVerify } from 'jose';
import { brandId, type UserId } from '../../core/ids.ts';
import { type Authenticator, bearerToken, type Identity } from './identity.ts';

/** Checks tokens signed with a shared secret: algorithm, signature, lifetime by the server's clock, issuer and audience. */
export function checkHs256(options: {
  readonly secret: string;
  readonly issuer?: string;
  readonly audience?: string;
}): Authenticator {
  const key = new TextEncoder().encode(options.secret);
  const { issuer, audience } = options;
  const expected = { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) };
  return async (authorization, nowMs): Promise<Identity> => {
    const token = bearerToken(authorization);
    if (token === null) return { kind: 'nobody', reason: null };
    try {
      const currentDate = new Date(nowMs);
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], currentDate, ...expected });
      const { sub } = payload;
      if (typeof sub !== 'string' || sub.length < 1 || sub.length > 128)
        return { kind: 'nobody', reason: 'it has no subject' };
      return { kind: 'user', user: brandId<UserId>(sub) };
    } catch (error) {
      // jose's messages name the claim, never the token.
      return { kind: 'nobody', reason: error instanceof Error ? error.message : 'it is broken' };
    }
  };
}
