import { type JsonObject, sameJson } from '../../lib/json.ts';
import { compareStamps } from '../clock/stamp.ts';
import type { Stamp } from '../ids.ts';
import { fieldValue, settableFields } from '../model/registry.ts';
import { effectOf } from '../queue/effect.ts';
import { type FieldIntent, type Item, joinIntents } from '../queue/item.ts';
import { giveUpQuestion, openDeleteConflict } from './conflicts.ts';
import type { Entity } from './entity.ts';
import { concede, shrinkGroup } from './groups.ts';
import { localSide, type Meeting, wholeData } from './meeting.ts';
import { decided } from './resolutions.ts';
import { freshStamp } from './stamping.ts';
import type { Turn } from './turn.ts';

/** Settles delete against edit where one side deleted the row. Gives the items whose fields are still to be merged. */
export function meetDelete(turn: Turn, entity: Entity, meeting: Meeting): readonly Item[] {
  if (meeting.theirs.deleted) {
    meetTheirDelete(turn, entity, meeting);
    return [];
  }
  const deleting = meeting.open.find((item) => effectOf(item).deletes);
  return deleting === undefined ? meeting.open : meetOurDelete(turn, entity, { ...meeting, deleting });
}

/** The server's row is gone: own deletes agree with it, what was made after an own delete stays, other edits clash. */
function meetTheirDelete(turn: Turn, entity: Entity, meeting: Meeting): void {
  const { theirs, before } = meeting;
  const losers = clashingEdits(turn, entity, meeting);
  const first = losers[0];
  if (first === undefined) return;
  turn.count('clashes');
  const policy = entity.type.onDelete;
  if (policy === 'ask') openDeleteConflict(turn, entity, { item: first, deletedBy: 'theirs', theirs, before });
  else if (policy === 'edit-wins') revive(turn, entity, { ...meeting, losers });
  else for (const item of losers) loseToDelete(turn, entity, item, theirs.version);
}

/** The edits that knew of no delete. What agrees with the server's delete is arranged on the way. */
function clashingEdits(turn: Turn, entity: Entity, meeting: Meeting): readonly Item[] {
  const { open, theirs, knownGone } = meeting;
  const lastDelete = open.findLastIndex(isOwnDelete);
  let knewOfDelete = false;
  const losers: Item[] = [];
  for (const [at, item] of open.entries()) {
    if (agrees(item)) {
      if (item.resolution !== null) giveIn(turn, entity, item, theirs.version);
    } else if (at < lastDelete) goesWithDelete(turn, entity, item, theirs.version);
    else if (item.revives && item.resolution === null) {
      knewOfDelete = true;
      entity.set({ ...item, action: 'CREATE', revives: false });
    } else if (knownGone && item.action === 'CREATE' && (item.resolution === null || item.baseVersion === 0)) {
      knewOfDelete = true;
      // After a new epoch it went without a base, and clashed with the very tombstone that it was made upon.
      if (item.resolution !== null) revive(turn, entity, { ...meeting, losers: [item] });
    } else if (!knewOfDelete) losers.push(item);
    knewOfDelete ||= isOwnDelete(item);
  }
  return losers;
}

/** Whether the item has nothing against the delete of its row. */
function agrees(item: Item): boolean {
  return isOwnDelete(item) || item.resolution?.body.outcome === 'server';
}

/** Whether the item deletes the row, or did until the server's word was taken: what was made behind it knew of a delete. */
function isOwnDelete(item: Item): boolean {
  return effectOf(item).deletes || item.action === 'DELETE';
}

/** An edit that this device deleted afterwards: both sides agree that the row goes, and nobody is asked. */
function goesWithDelete(turn: Turn, entity: Entity, item: Item, version: number): void {
  const { data, increments } = effectOf(item);
  const lost = { ...(item.resolution?.body.lost ?? {}), ...data };
  const kept = { ...lost, ...increments };
  turn.log('lost', { ...entity.key, changeId: item.id, kept, detail: 'the row was deleted here too' });
  concede(turn, entity, item, { lost, againstVersion: version });
}

/** A decision that writes nothing, about the version that is there now; what was lost by it stays recorded. */
function giveIn(turn: Turn, entity: Entity, item: Item, againstVersion: number): void {
  const lost = item.resolution?.body.lost ?? {};
  entity.set(decided(turn, item, { outcome: 'server', lost, againstVersion }));
}

function loseToDelete(turn: Turn, entity: Entity, item: Item, version: number): void {
  const { data, increments } = effectOf(item);
  const lost = { ...(item.resolution?.body.lost ?? {}), ...data };
  turn.count('valuesLost');
  turn.log('lost', {
    ...entity.key,
    changeId: item.id,
    kept: { ...lost, ...increments },
    detail: 'the row was deleted',
  });
  concede(turn, entity, item, { lost, againstVersion: version });
}

/** The edit wins over the delete: the first item carries the whole row as the user knew it, and those join it that may. */
function revive(
  turn: Turn,
  entity: Entity,
  { losers, theirs, before, beforeStamps }: Meeting & { readonly losers: readonly Item[] },
): void {
  const joining = joiningFirst(losers);
  const [first, ...rest] = joining as readonly [Item, ...Item[]];
  const local = localSide(turn, entity, joining);
  const data = wholeData(entity, { ...(before ?? {}), ...local.data });
  if (first.resolution !== null) {
    const stamps = wholeStamps(turn, entity, { data, stamps: { ...beforeStamps, ...local.stamps } });
    const whole = { ...first, revives: true };
    entity.set(decided(turn, whole, { outcome: 'local', data, stamps, againstVersion: theirs.version }));
  } else {
    const stamps = carriedStamps(data, { edited: local.data, beforeStamps });
    const intents = wholeIntents(turn, joining, { data, stamps });
    entity.set({ ...first, action: 'CREATE', revives: false, data, intents, stamps, baseVersion: theirs.version });
  }
  for (const item of rest) {
    if (item.increments !== null) continue;
    turn.log('folded', {
      ...entity.key,
      changeId: item.id,
      by: first.id,
      kept: item.data,
      detail: 'joined what revives the row',
    });
    if (item.group !== null) shrinkGroup(turn, item);
    if (item.sent) concede(turn, entity, { ...item, group: null }, { againstVersion: theirs.version });
    else entity.leave(item.id);
  }
}

/** The edits that may go as one with the first: nothing is taken into a group or out of one. The others follow it, as they are. */
function joiningFirst(losers: readonly Item[]): readonly Item[] {
  const end = losers.findIndex(({ group }) => group !== losers[0]?.group);
  return end < 0 ? losers : losers.slice(0, end);
}

/** Fields that no edit set stay as old as they are: they only go along, and beat no edit of another device. */
function carriedStamps(
  data: JsonObject,
  { edited, beforeStamps }: { readonly edited: JsonObject } & Pick<Meeting, 'beforeStamps'>,
): Readonly<Record<string, Stamp>> {
  const carried = Object.keys(data).filter((name) => !Object.hasOwn(edited, name) && Object.hasOwn(beforeStamps, name));
  return Object.fromEntries(carried.map((name) => [name, beforeStamps[name] as Stamp]));
}

/** When the other fields of a whole row were meant: those that nobody is known to have set go along with the first edit. */
function wholeIntents(
  turn: Turn,
  losers: readonly Item[],
  { data, stamps }: { readonly data: JsonObject; readonly stamps: Readonly<Record<string, Stamp>> },
): readonly FieldIntent[] {
  const known = losers.reduce<readonly FieldIntent[]>((all, item) => joinIntents(all, item.intents), []);
  const missing = Object.keys(data).filter(
    (name) => !Object.hasOwn(stamps, name) && !known.some(({ fields }) => fields.includes(name)),
  );
  if (missing.length === 0) return known;
  return [{ ...(known[0] ?? { at: turn.at, after: null }), fields: missing }, ...known];
}

/** The same as stamps, for a decision. */
function wholeStamps(
  turn: Turn,
  entity: Entity,
  { data, stamps }: Pick<ReturnType<typeof localSide>, 'data' | 'stamps'>,
): Readonly<Record<string, Stamp>> {
  const first = Object.values(stamps)
    .filter((stamp) => stamp !== null)
    .sort(compareStamps)[0];
  const other = first ?? freshStamp(turn, entity, Object.keys(data));
  return Object.fromEntries(Object.keys(data).map((name) => [name, stamps[name] ?? other]));
}

/** This device deleted a row that the server changed meanwhile. */
function meetOurDelete(turn: Turn, entity: Entity, meeting: Meeting & { readonly deleting: Item }): readonly Item[] {
  const { open, theirs, before, deleting } = meeting;
  const edited = settableFields(entity.type).some(
    (name) => !sameJson(fieldValue(entity.type, before, name), fieldValue(entity.type, theirs.data, name)),
  );
  const policy = edited ? entity.type.onDelete : 'delete-wins';
  // What came before the delete and could not join it meets the row as edits do.
  const earlier = open.slice(0, open.indexOf(deleting));
  if (edited) turn.count('clashes');
  if (policy === 'ask') {
    // Who deletes a row gives up what they were asked about it. What came since, they have not seen.
    giveUpQuestion(turn, entity);
    openDeleteConflict(turn, entity, { item: deleting, deletedBy: 'mine', theirs, before });
    return earlier;
  }
  if (policy === 'edit-wins') {
    // A later delete, of the row as it was made anew here, knew of the edit no more than the first.
    const deletes = open.filter((item) => effectOf(item).deletes);
    for (const { id: changeId } of deletes)
      turn.log('lost', { ...entity.key, changeId, detail: 'the delete lost against an edit' });
    for (const item of deletes) concede(turn, entity, item, { againstVersion: theirs.version });
    return open.filter((item) => !deletes.includes(item));
  }
  if (deleting.resolution !== null)
    entity.set(
      decided(turn, deleting, {
        outcome: 'delete',
        stamps: deleting.resolution.body.stamps,
        againstVersion: theirs.version,
      }),
    );
  return earlier;
}
