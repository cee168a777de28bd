import type { JsonObject } from '../../lib/json.ts';
import { brandId } from '../ids.ts';
import { effectOf } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';
import { type Entity, membersOf } from './entity.ts';
import { renewed } from './renew.ts';
import { decided } from './resolutions.ts';
import type { Turn } from './turn.ts';

/**
 * Gives an item up to the server's value: a resolution that writes nothing settles it and keeps what was lost. A member
 * of a group leaves it first, so that the others can still take effect together.
 */
export function concede(
  turn: Turn,
  entity: Entity,
  item: Item,
  decision: { readonly lost?: JsonObject; readonly againstVersion: number },
): void {
  if (item.group !== null) shrinkGroup(turn, item);
  entity.set(decided(turn, { ...item, group: null, groupSize: 0 }, { outcome: 'server', ...decision }));
}

/** A member about which nothing is asked any more goes on with what it sets, or leaves its group when that is nothing. */
export function goOnInGroup(turn: Turn, entity: Entity, item: Item): void {
  if (Object.keys(effectOf(item).data).length === 0)
    concede(turn, entity, item, { againstVersion: entity.record.base?.version ?? 0 });
  else entity.set({ ...item, action: 'UPDATE', revives: false, state: item.sent ? 'conflict' : 'pending' });
  regroup(turn, item.group as string);
}

/** Tells the other members of a group that one leaves it, so that the server still takes it for whole. */
export function shrinkGroup(turn: Turn, leaving: Item): void {
  const others = membersOf(turn, leaving.group as string).filter(({ item }) => item.id !== leaving.id);
  for (const { entity, item } of others) {
    const alone = others.length === 1;
    entity.set({
      ...item,
      groupSize: alone ? 0 : others.length,
      group: alone && !item.sent && item.verdict === null ? null : item.group,
    });
  }
}

/**
 * Pushes a clashed group again whole, with new ids and bases, once no member waits for a person: a group is never
 * resolved piecemeal. While one member's answer could not be used yet, the whole group is asked about again.
 */
export function regroup(turn: Turn, group: string): void {
  const members = membersOf(turn, group);
  if (members.some(({ entity, item }) => entity.conflict?.changeId === item.id)) return;
  const clashed = members.filter(({ item }) => item.verdict === 'conflict');
  if (clashed.length === 0) return;
  if (clashed.length < members.length) {
    for (const { entity, item } of clashed)
      entity.set({ ...item, verdict: null, state: item.sent ? 'unsettled' : 'pending' });
    return;
  }
  const name = members.length === 1 ? null : brandId(turn.newId());
  const size = name === null ? 0 : members.length;
  for (const { entity, item } of members) {
    renewed(turn, entity, item, { group: name, groupSize: size, detail: 'the group is pushed again' });
  }
}
