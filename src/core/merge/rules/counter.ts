import type { Clash, Ruling } from '../../model/field.ts';

/**
 * The server's sum stands. Counters never clash in truth, because they travel as increments and the server adds them
 * up; the rule exists so that every declared name has one.
 */
export function counter(_clash: Clash): Ruling {
  return { take: 'server' };
}
