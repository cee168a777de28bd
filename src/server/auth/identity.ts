import type { UserId } from '../../core/ids.ts';

/** What a token is worth: a user, or the reason why it is none (null when there was no token). */
export type Identity =
  | { readonly kind: 'user'; readonly user: UserId }
  | { readonly kind: 'nobody'; readonly reason: string | null };

/** Tells the user from the `Authorization` header. Never rejects: whatever is wrong with the token is `nobody`. */
export type Authenticator = (authorization: string | undefined, nowMs: number) => Identity | Promise<Identity>;

/** The token of a header `Bearer …`, or null without one. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer ([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}
