import type { ChangeId } from '../ids.ts';
import type { Problem } from '../protocol/messages.ts';
import { entityOfItem, flushEntities } from './entity.ts';
import { park } from './park.ts';
import type { Batch, Family } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Splits a batch that was refused as a whole in two, to be sent alone; groups stay whole. Gives false when it is one
 * change (or one group) already.
 */
export function halve(turn: Turn, batch: Batch): boolean {
  const units = unitsOf(turn, batch.ids);
  if (units.length < 2) return false;
  const middle = Math.ceil(units.length / 2);
  const halves = [units.slice(0, middle).flat(), units.slice(middle).flat()];
  const family = familyOf(turn, batch);
  put(turn, { ...family, parts: [...halves, ...family.parts] });
  return true;
}

/** Notes that one change alone was refused: it is parked when the others of its batch fared better, or is named. */
export function suspect(turn: Turn, batch: Batch, problem: Problem): void {
  const family = familyOf(turn, batch);
  put(turn, { ...family, suspects: [...family.suspects, { ids: batch.ids, problem }] });
}

/** A part of a family has its answer or its failure: the family ends with its last part. Does nothing for others. */
export function closePart(
  turn: Turn,
  batch: Pick<Batch, 'family'>,
  { verdictSeen }: { readonly verdictSeen: boolean },
): void {
  const family = turn.state.families.find(({ name }) => name === batch.family);
  if (family === undefined) return;
  const next = { ...family, verdictSeen: family.verdictSeen || verdictSeen };
  const open = next.parts.length > 0 || turn.state.batches.some((other) => other.family === batch.family);
  if (open) put(turn, next);
  else endFamily(turn, next);
}

/**
 * Ends the families that have nothing to come and nothing on the wire, however their last part ended: one that stayed
 * would hold back everything after it.
 */
export function endIdleFamilies(turn: Turn): void {
  const { batches } = turn.state;
  const idle = turn.state.families.filter(
    ({ name, parts }) => parts.length === 0 && batches.every(({ family }) => family !== name),
  );
  for (const family of idle) endFamily(turn, family);
}

/** Gives all families up, their items stay unsettled: the device goes on under another name or epoch, or is erased. */
export function dropFamilies(turn: Turn): void {
  turn.update({ families: [] });
}

function endFamily(turn: Turn, family: Family): void {
  turn.update({ families: turn.state.families.filter(({ name }) => name !== family.name) });
  for (const { ids, problem } of family.suspects) {
    const named = problem.changeId !== undefined && ids.some((id) => id === problem.changeId);
    if (family.verdictSeen || named) parkAll(turn, ids, problem);
  }
  flushEntities(turn);
}

/** Parks what an HTTP answer refused. Without a verdict it stays unsettled in nature: only its body may be repeated. */
export function parkAll(turn: Turn, ids: readonly ChangeId[], problem: Problem): void {
  for (const id of ids) {
    const stored = turn.get('items', [id]);
    if (stored === undefined) continue;
    const entity = entityOfItem(turn, stored);
    park(turn, entity, entity.item(id) ?? stored, problem);
  }
  flushEntities(turn);
}

function familyOf(turn: Turn, batch: Batch): Family {
  const known = turn.state.families.find(({ name }) => name === batch.family);
  return known ?? { name: batch.family, kind: batch.kind, parts: [], verdictSeen: false, suspects: [] };
}

function put(turn: Turn, family: Family): void {
  const others = turn.state.families.filter(({ name }) => name !== family.name);
  turn.update({ families: [...others, family] });
}

/** The ids of a batch, groups taken together. */
function unitsOf(turn: Turn, ids: readonly ChangeId[]): readonly (readonly ChangeId[])[] {
  const units = new Map<string, ChangeId[]>();
  for (const id of ids) {
    const name = turn.get('items', [id])?.group ?? id;
    units.set(name, [...(units.get(name) ?? []), id]);
  }
  return [...units.values()];
}
