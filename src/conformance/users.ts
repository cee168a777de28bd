import type { TokenSource } from '../ports/transport.ts';

/** A user as whom probes ask. */
export interface ProbeUser {
  /** How evidence calls the user: `own` or `other`. */
  readonly label: string;
  readonly tokens: TokenSource;
  /** Whether the user was made up for this probe alone, and owns nothing else. */
  readonly isDrawn: boolean;
}

/** Where users come from. */
export interface UserSource {
  /** The user of a probe. `name`: one that nobody else has. */
  own(name: string): ProbeUser;
  /** Another user, or null when there is none. */
  other(name: string): ProbeUser | null;
}

/** Users made up for each probe, for servers that take any name or whose tokens can be signed here. */
export function drawnUsers(tokensOf: (name: string) => TokenSource): UserSource {
  const user = (label: string, name: string): ProbeUser => ({ label, tokens: tokensOf(name), isDrawn: true });
  return { own: (name) => user('own', `${name}-own`), other: (name) => user('other', `${name}-other`) };
}

/** One or two users that exist, the same for all probes. They are never erased. */
export function givenUsers(own: TokenSource, other: TokenSource | null): UserSource {
  const users = {
    own: { label: 'own', tokens: own, isDrawn: false },
    other: other === null ? null : { label: 'other', tokens: other, isDrawn: false },
  };
  return { own: () => users.own, other: () => users.other };
}
