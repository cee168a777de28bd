import type { Json } from '../../../lib/json.ts';
import type { Clash, Ruling } from '../../model/field.ts';

/**
 * The number that `better` prefers; anything that is no number (null first of all) loses against a number, and of two
 * values that are no numbers the server's stands. Gives the rules `max` and `min`.
 */
export function extreme(better: (a: number, b: number) => boolean): (clash: Clash) => Ruling {
  return ({ local, server }) => {
    if (!isNumber(local)) return { take: 'server' };
    if (!isNumber(server)) return { take: 'local' };
    return { take: better(local, server) ? 'local' : 'server' };
  };
}

function isNumber(value: Json): value is number {
  return typeof value === 'number';
}
