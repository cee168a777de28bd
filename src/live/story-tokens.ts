import { createHmac } from 'node:crypto';
import type { TokenSource } from '../ports/transport.ts';

/**
 * Tokens of one user as an issuer would give them, signed with `secret` (HS256). Every refresh gives another token, as
 * it does in the world; none of them expires.
 */
export function storyTokens(user: string, secret: string): TokenSource {
  let issued = 1;
  return {
    current: () => Promise.resolve(signed({ sub: user, jti: String(issued) }, secret)),
    refresh: () => {
      issued += 1;
      return Promise.resolve(signed({ sub: user, jti: String(issued) }, secret));
    },
  };
}

function signed(claims: Readonly<Record<string, string>>, secret: string): string {
  const head = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}

function encoded(value: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
