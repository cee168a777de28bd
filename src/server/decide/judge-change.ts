import { type EntityKey, keyText } from '../../core/ids.ts';
import { type EntityType, isCounter } from '../../core/model/registry.ts';
import type { ShapedChange } from './change-shape.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import { type Authorship, bornData, bornRow, changedData, changedRow, deletedRow } from './effect.ts';
import { changedAfter, deletedFields } from './field-versions.ts';
import { claimKey } from './natural-key.ts';
import { conflict, type Outcome, rejected } from './outcome.ts';
import { lostParent } from './references.ts';
import { problemOf } from './refusal.ts';
import { rowFault } from './row-fault.ts';
import { dataOf } from './row-text.ts';
import type { HistoryEntry, StoredRow } from './stored.ts';

/** Judges one sound change against the state of a draft, and gives its effect without putting it there. */
export function judgeChange(context: Context, draft: Draft, change: ShapedChange, author: Authorship): Outcome {
  const pending = change.dependsOn.find((id) => draft.verdict(id) === undefined);
  if (pending !== undefined) return waits(`The change ${pending} it depends on has no verdict.`, pending);
  const orphan = orphaned(context, draft, change);
  if (orphan !== null) return orphan;
  switch (change.action) {
    case 'CREATE':
      return judgeCreate(context, draft, change, author);
    case 'UPDATE':
      return judgeUpdate(context, draft, change, author);
    case 'DELETE':
      return judgeDelete(draft, change, author);
  }
}

function waits(detail: string, on: string): Outcome {
  return { kind: 'retry', problem: problemOf('dependency_failed', detail), on };
}

/** The outcome of values that refer to rows which are not live; null when all parents live. */
export function orphaned(context: Context, draft: Draft, change: Pick<ShapedChange, 'type' | 'data'>): Outcome | null {
  const lost = lostParent(draft, context.registry, change.type, change.data);
  if (lost === null) return null;
  const { field, parent } = lost;
  const name = `${parent.entityType} ${parent.entityId}`;
  if (lost.is === 'absent') return waits(`${name} does not exist yet.`, keyText(parent));
  return rejected(problemOf('parent_gone', `${name} is deleted.`, { field }));
}

function judgeCreate(context: Context, draft: Draft, change: ShapedChange, author: Authorship): Outcome {
  const row = draft.row(change);
  if (row !== undefined && !row.deleted) return conflict(problemOf('row_exists'));
  if (row !== undefined && row.version !== change.base) {
    return conflict(problemOf('row_deleted', 'The row was deleted, and the change did not know of it.'));
  }
  const data = bornData(change.type, row, change);
  const claim = claimKey(draft, change.type, change.entityId, data);
  if (claim.holder !== null) return keyTaken(claim.holder);
  const fault = rowFault(context, change, data);
  if (fault !== null) return rejected(fault);
  const born = bornRow(change, { data, stamps: change.stamps, naturalKey: claim.naturalKey }, author);
  return applied(born, { changed: Object.keys(data), showsRow: row !== undefined || showsAlways(change) });
}

/** A natural key that another live row holds. */
export function keyTaken(holder: string): Outcome {
  return conflict(problemOf('key_exists', `The row ${holder} has this natural key.`, { entityId: holder }));
}

function judgeUpdate(context: Context, draft: Draft, change: ShapedChange, author: Authorship): Outcome {
  const row = draft.row(change);
  if (row === undefined && change.type.catalogue && change.base === 0) {
    if (!livesInCatalogue(draft, change)) return rejected(problemOf('parent_gone', 'The catalogue row is gone.'));
  } else if (row === undefined || row.deleted) {
    return conflict(problemOf('row_deleted'));
  }
  const stale = row === undefined ? null : changedAfter(row, Object.keys(change.data), change.base);
  if (stale !== null) return conflict(problemOf('stale_base', `${stale} changed after the base.`, { field: stale }));
  return judgeFields(context, draft, { change, row }, author);
}

/** Whether the catalogue has the row, so that a user may have a part of their own of it. */
export function livesInCatalogue(draft: Draft, key: EntityKey): boolean {
  const row = draft.catalogueRow(key);
  return row !== undefined && !row.deleted;
}

/** Judges what is left once nothing clashes: the natural key, and the values that come of sums. */
function judgeFields(
  context: Context,
  draft: Draft,
  { change, row }: { readonly change: ShapedChange; readonly row: StoredRow | undefined },
  author: Authorship,
): Outcome {
  const data = changedData(dataOf(row), change);
  const claim = claimKey(draft, change.type, change.entityId, data);
  if (claim.holder !== null) return keyTaken(claim.holder);
  const fault = rowFault(context, change, data);
  if (fault !== null) return rejected(fault);
  const changed = [...Object.keys(change.data), ...Object.keys(change.increments)];
  const made = { data, changed, stamps: change.stamps, naturalKey: claim.naturalKey };
  const after = changedRow({ key: change, row }, made, author);
  const isNews = row !== undefined && row.version > change.base;
  return applied(after, { changed, showsRow: isNews || showsAlways(change) });
}

function judgeDelete(draft: Draft, change: ShapedChange, author: Authorship): Outcome {
  const row = draft.row(change);
  if (row === undefined || row.deleted) return alreadyGone(draft, { key: change, row }, author);
  const stale = changedAfter(row, deletedFields(change.type), change.base);
  if (stale !== null) return conflict(problemOf('stale_base', `${stale} changed after the base.`, { field: stale }));
  const gone = deletedRow(change.type, row, { increments: {}, stamps: change.stamps }, author);
  const showsRow = change.isClamped || row.version > change.base;
  return applied(gone, { changed: deletedFields(change.type), showsRow });
}

/** A DELETE of what is deleted or missing: applied, with nothing to write but the history. */
function alreadyGone(
  draft: Draft,
  gone: { readonly key: EntityKey; readonly row: StoredRow | undefined },
  author: Authorship,
): Outcome {
  const version = gone.row?.version ?? draft.user().counter;
  const history = historyOf({ ...gone.key, version, deleted: true, dataJson: null }, [], author);
  return { kind: 'applied', row: null, version, history, showsRow: true };
}

/** A written row as an outcome, with its line in the history. */
export function applied(
  row: StoredRow,
  { changed, showsRow, of }: { changed: readonly string[]; showsRow: boolean; of?: Partial<HistoryEntry> },
): Outcome {
  const author = { atMs: row.updatedAt, origin: row.origin };
  const history = { ...historyOf(row, changed, author), ...of };
  return { kind: 'applied', row, version: row.version, history, showsRow };
}

/** The line that a version leaves in the history. */
export function historyOf(
  row: EntityKey & { readonly version: number; readonly deleted: boolean; readonly dataJson: string | null },
  changed: readonly string[],
  author: Pick<Authorship, 'atMs' | 'origin'>,
): HistoryEntry {
  return {
    entityType: row.entityType,
    entityId: row.entityId,
    version: row.version,
    deleted: row.deleted,
    dataJson: row.deleted ? null : row.dataJson,
    changed,
    lostJson: null,
    outcome: null,
    settles: null,
    updatedAt: author.atMs,
    origin: author.origin,
  };
}

/** Whether the device can't know the row from its base and its change: stamps replaced, or values that others add to. */
function showsAlways(change: ShapedChange): boolean {
  return change.isClamped || hasSharedFields(change.type) || Object.keys(change.increments).length > 0;
}

const sharedFields = new WeakMap<EntityType, boolean>();

/** Whether rows of a type hold values that this user's other devices or the server add to. Cached per type. */
function hasSharedFields(type: EntityType): boolean {
  const known = sharedFields.get(type);
  if (known !== undefined) return known;
  const isShared =
    type.catalogue || Object.values(type.fields).some((field) => field.owner === 'server' || isCounter(field));
  sharedFields.set(type, isShared);
  return isShared;
}
