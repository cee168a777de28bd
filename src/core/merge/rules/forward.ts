import type { Json } from '../../../lib/json.ts';
import type { Clash, Ruling } from '../../model/field.ts';

/**
 * The value further on in the field's declared order stands, so that a status only advances. Null, an unset status,
 * comes before all. If either value is not in the order (a newer app may know more), the server's stands.
 */
export function forward({ local, server, order }: Clash): Ruling {
  const mine = rank(local, order);
  const theirs = rank(server, order);
  if (mine === null || theirs === null) return { take: 'server' };
  return { take: mine > theirs ? 'local' : 'server' };
}

function rank(value: Json, order: readonly string[]): number | null {
  if (value === null) return -1;
  const at = typeof value === 'string' ? order.indexOf(value) : -1;
  return at < 0 ? null : at;
}
