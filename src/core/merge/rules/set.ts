import { canonicalJson, type Json } from '../../../lib/json.ts';
import { compareText } from '../../../lib/order.ts';
import type { Clash, Ruling } from '../../model/field.ts';

/**
 * Whole values travel, but what each side added to and removed from the base is merged: a member stays if it was in
 * the base and neither side removed it, or if a side added it. The result holds each member once, sorted by canonical
 * JSON, so it is the same on every device. Null is the empty set; a value that is no list leaves the server's.
 */
export function set({ base, local, server }: Clash): Ruling {
  const mine = members(local);
  const theirs = members(server);
  if (mine === null || theirs === null) return { take: 'server' };
  const before = members(base) ?? new Map<string, Json>();
  const merged = [...new Map([...theirs, ...mine])]
    .filter(([text]) => !before.has(text) || (mine.has(text) && theirs.has(text)))
    .sort(([a], [b]) => compareText(a, b));
  return { take: 'merged', value: merged.map(([, member]) => member) };
}

/** Members by canonical text, or null for a value that is no set. */
function members(value: Json): Map<string, Json> | null {
  if (value === null) return new Map();
  if (!Array.isArray(value)) return null;
  return new Map(value.map((member: Json) => [canonicalJson(member), member]));
}
