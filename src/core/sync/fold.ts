import { isCounter } from '../model/registry.ts';
import { isFoldable, joinDelete, joinReplace, joinUpdate } from '../queue/coalesce.ts';
import { isRevival } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import { wholeData } from './made-anew.ts';
import { followDependants } from './renew.ts';
import { baseData } from './shown.ts';
import { stampsNow } from './stamping.ts';
import type { Turn } from './turn.ts';

/** An item that later edits of its row are to be folded into. */
export interface Folding {
  readonly head: Item;
  /** Whether a row made anew right behind a delete takes its place: then the two go on as one change. */
  readonly replaces?: boolean;
}

/**
 * Joins the never-sent edits that follow an item into it, up to the first that depends on something made after the row.
 * The joined bodies are recorded.
 */
export function foldSuccessors(turn: Turn, entity: Entity, folding: Folding): Item {
  const { head } = folding;
  let folded = head;
  for (const next of successors(turn, entity, folding)) {
    turn.log('folded', { ...entity.key, changeId: next.id, by: head.id, kept: next.data, detail: next.action });
    folded = joined(entity, { folded, next });
    folded = { ...folded, stamps: { ...folded.stamps, ...stampsNow(turn, entity, next) } };
    // A row made anew is folded too, and what refers to it waits from now on for the head.
    followDependants(turn, entity.key, { from: next.id, to: head.id });
    entity.leave(next.id);
  }
  return folded;
}

/** The foldable items right behind an item. */
export function successors(turn: Turn, entity: Entity, { head, replaces }: Folding): readonly Item[] {
  const at = entity.chain.findIndex((item) => item.id === head.id);
  const rest = entity.chain.slice(at + 1);
  const end = rest.findIndex(
    (item, index) =>
      item.sent ||
      !isFoldable(item) ||
      dependsOnDescendant(turn, item, head) ||
      // A row made anew is no part of the delete before it: joined into that, it would go with the old row.
      (isRevival(item) &&
        (rest[index - 1] ?? head).action === 'DELETE' &&
        !(replaces === true && index === 0 && isReplaceable(entity))),
  );
  return end < 0 ? rest : rest.slice(0, end);
}

/** Whether a change can set back all that a delete does: no change sets a counter back. */
function isReplaceable({ type }: Entity): boolean {
  return !Object.values(type.fields).some(isCounter);
}

interface Joining {
  readonly folded: Item;
  readonly next: Item;
}

function joined(entity: Entity, { folded, next }: Joining): Item {
  if (next.action === 'DELETE') return { ...joinDelete(folded, next), resolution: null };
  return folded.action === 'DELETE' ? replaced(entity, { folded, next }) : joinUpdate(folded, next);
}

/** The delete and the row made anew as one change. What the new row leaves out is empty since the delete. */
function replaced(entity: Entity, { folded, next }: Joining): Item {
  const stands = baseData(entity.record) !== null;
  const item = joinReplace(folded, next, stands);
  if (!stands) return item;
  const data = wholeData({ type: entity.type, data: next.data });
  const left = Object.keys(data).filter((name) => !Object.hasOwn(next.data ?? {}, name));
  const emptied = left.length === 0 ? [] : folded.intents.map((intent) => ({ ...intent, fields: left }));
  return { ...item, data, intents: [...emptied, ...item.intents] };
}

/** Whether an item refers to a row made by a change that itself came after the head. */
function dependsOnDescendant(turn: Turn, item: Item, head: Item): boolean {
  return item.dependsOn.some((id) => {
    return turn.get('items', [id])?.dependsOn.includes(head.id) === true;
  });
}
