import type { ChangeId, EntityKey } from '../ids.ts';
import type { Item } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import { type Entity, referringTo } from './entity.ts';
import { withdrawn } from './resolutions.ts';
import type { Turn } from './turn.ts';

/**
 * Takes out of the queue what hangs on a row that will never be made: creates of its children with all their later edits, and
 * edits that refer to it. What was made before the create refers to an earlier row of the name, and stays. What was handed
 * over is withdrawn first. Recorded, as part of the same step. `create`: what would have made the row.
 */
export function cancelDescendants(turn: Turn, parent: EntityKey, create: ChangeId, by: ChangeId = create): void {
  for (const { entity: child, item } of referringTo(turn, parent)) {
    if (!item.dependsOn.includes(create)) continue;
    const doomed = item.action === 'CREATE' ? child.chain.slice(child.chain.indexOf(item)) : [item];
    for (const each of doomed) takeOut(turn, child, { item: each, by });
    if (item.action === 'CREATE') cancelDescendants(turn, child.key, item.id, by);
  }
}

/**
 * Takes out of the queue what hangs on a row that is not made after all: its later edits, and the descendants of the row, also
 * those of one that such an edit would have made anew. Recorded.
 */
export function cancelRest(turn: Turn, entity: Entity, create: Item): void {
  const rest = entity.chain.filter((later) => !isFrozen(later));
  for (const later of rest) {
    const kept = later.data ?? later.increments;
    turn.log('cancelled', { ...entity.key, changeId: later.id, by: create.id, kept, detail: 'the row is not made' });
    entity.leave(later.id);
  }
  for (const { id } of [create, ...rest]) cancelDescendants(turn, entity.key, id, create.id);
}

function takeOut(turn: Turn, entity: Entity, { item, by }: { readonly item: Item; readonly by: ChangeId }): void {
  if (isFrozen(item)) {
    entity.set(withdrawn(turn, item, 'drop'));
    return;
  }
  turn.log('cancelled', {
    ...entity.key,
    changeId: item.id,
    by,
    kept: item.data,
    detail: 'the row it refers to is never made',
  });
  if (entity.conflict?.changeId === item.id) entity.conflict = null;
  entity.leave(item.id);
}
