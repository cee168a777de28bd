import { type ChangeId, keyText } from '../ids.ts';
import { isReferredTo } from '../model/registry.ts';
import { effectOf } from '../queue/effect.ts';
import { type Item, type ItemState, isWithdrawal } from '../queue/item.ts';
import type { Turn } from './turn.ts';

/** Changes by id that go out first. */
type Ahead = Pick<ReadonlyMap<ChangeId, unknown>, 'has'>;

/**
 * The change that keeps one of these back, which go out together (law 4): one they depend on that has no verdict, or that refers
 * to what they delete. `ahead` holds back nothing. Null when they may go.
 */
export function blockerOf(turn: Turn, members: readonly Item[], ahead: Ahead): ChangeId | null {
  const own = new Set(members.map(({ id }) => id));
  const isFirst = (id: ChangeId): boolean => own.has(id) || ahead.has(id);
  for (const member of members) {
    if (member.state !== 'pending' && member.state !== 'unsettled') return member.waitsFor ?? member.id;
    const blocker = neededBy(turn, member, isFirst) ?? childOnItsWay(turn, member, isFirst);
    if (blocker !== null) return blocker;
  }
  return null;
}

function neededBy(turn: Turn, item: Item, isFirst: (id: ChangeId) => boolean): ChangeId | null {
  if (isWithdrawal(item)) return null;
  for (const id of item.dependsOn) {
    const needed = isFirst(id) ? undefined : turn.get('items', [id]);
    if (needed !== undefined && needed.settledAt === null) return id;
  }
  return null;
}

/** States of an item that goes out, or is out, without anyone's help. */
const onItsWay: ReadonlySet<ItemState> = new Set(['pending', 'inFlight', 'unsettled'] as const);

/**
 * An earlier change on its way to the server that refers to the row which this one deletes: judged after the delete, it would be
 * refused. One that waits for a person or for others holds no delete up.
 */
function childOnItsWay(turn: Turn, item: Item, isFirst: (id: ChangeId) => boolean): ChangeId | null {
  if (!effectOf(item).deletes || !isReferredTo(turn.setting.registry, turn.type(item.entityType))) return null;
  const children = turn.scan('items', { index: 'byParent', prefix: [keyText(item)] });
  const first = children.find(
    ({ id, place, state, settledAt }) =>
      place < item.place && onItsWay.has(state) && settledAt === null && !isFirst(id),
  );
  return first?.id ?? null;
}
