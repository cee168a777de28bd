import type { ChangeId, EntityKey } from '../ids.ts';
import { asNew, type Item } from '../queue/item.ts';
import { type Entity, referringTo } from './entity.ts';
import { park } from './park.ts';
import type { Turn } from './turn.ts';
import { saidAnew } from './upgrade.ts';

/** The change goes on under a new id at its place; what depended on the old id depends on the new one. Recorded. */
export function renewed(
  turn: Turn,
  entity: Entity,
  item: Item,
  change: Partial<Item> & { readonly detail?: string },
): Item {
  const { detail = '', ...part } = change;
  const said = item.schemaVersion === undefined ? null : saidAnew(turn, entity.type, item, item.schemaVersion);
  const content = said !== null && said.problem === null ? said.content : {};
  const next: Item = { ...asNew(item, { id: turn.newId(), seq: turn.nextSeq() }), ...content, ...part };
  entity.replace(item.id, next);
  turn.log('replaced', { ...entity.key, changeId: item.id, by: next.id, kept: item.data, detail });
  followDependants(turn, entity.key, { from: item.id, to: next.id });
  if (said !== null && said.problem !== null) park(turn, entity, next, said.problem);
  return next;
}

/** Points the items of child rows that named a change at the one that took over. */
export function followDependants(
  turn: Turn,
  parent: EntityKey,
  { from, to }: { readonly from: ChangeId; readonly to: ChangeId },
): void {
  for (const { entity: child, item } of referringTo(turn, parent)) {
    if (!item.dependsOn.includes(from)) continue;
    const dependsOn = item.dependsOn.map((id) => (id === from ? to : id));
    child.set({ ...item, dependsOn, waitsFor: item.waitsFor === from ? to : item.waitsFor });
  }
}
