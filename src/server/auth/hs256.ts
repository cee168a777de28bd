import { jwtVerify } from 'jose';
import { checkedToken } from './checked-token.ts';
import type { Authenticator } from './identity.ts';

/** What tokens signed with a shared secret must hold. */
export interface Hs256Options {
  /** 32 bytes or more of UTF-8. */
  readonly secret: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** How long after its end a token still passes, ms; default 0. */
  readonly lateMs?: number;
}

/** Checks tokens signed with a shared secret: algorithm, signature, lifetime by the server's clock, issuer and audience. */
export function checkHs256({ secret, issuer, audience, lateMs = 0 }: Hs256Options): Authenticator {
  const key = new TextEncoder().encode(secret);
  const expected = { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) };
  const verify = async (token: string, currentDate: Date) => {
    const lifetime = { currentDate, clockTolerance: lateMs / 1_000 };
    return (await jwtVerify(token, key, { algorithms: ['HS256'], ...lifetime, ...expected })).payload;
  };
  return checkedToken(verify, { lateMs });
}
