import type { UserId } from '../../core/ids.ts';

/**
 * What a token is worth: a user until `expiresMs` of the server's clock (null: for ever), or the reason why it is none
 * (null when there was no token). `undecided`: the keys that would tell can't be had now; ask again after `retryAfterMs`.
 */
export type Identity =
  | { readonly kind: 'user'; readonly user: UserId; readonly expiresMs: number | null }
  | { readonly kind: 'nobody'; readonly reason: string | null }
  | { readonly kind: 'undecided'; readonly reason: string; readonly retryAfterMs: number };

/** Tells the user from the `Authorization` header. Never rejects: whatever is wrong with the token is `nobody`. */
export type Authenticator = (authorization: string | undefined, nowMs: number) => Identity | Promise<Identity>;

/** The token of a header `Bearer …`, or null without one. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer ([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}
