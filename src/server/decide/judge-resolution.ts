import { validateCreate } from '../../core/model/validate.ts';
import { ruleProblem } from './change-shape.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import { type Authorship, bornData, bornRow, changedData, changedRow, deletedRow, type Fields } from './effect.ts';
import { changedAfter, deletedFields } from './field-versions.ts';
import { applied, historyOf, keyTaken, livesInCatalogue, orphaned } from './judge-change.ts';
import { claimKey } from './natural-key.ts';
import { conflict, type Outcome, rejected } from './outcome.ts';
import { problemOf } from './refusal.ts';
import type { ShapedResolution } from './resolution-shape.ts';
import { rowFault } from './row-fault.ts';
import { dataOf } from './row-text.ts';
import type { HistoryEntry, StoredRow, StoredVerdict } from './stored.ts';

/** A resolution with what is stored of the row and of the change it names. */
interface Case {
  readonly resolution: ShapedResolution;
  readonly row: StoredRow | undefined;
  /** What it writes: increments only if the change they belong to has not counted yet. */
  readonly fields: Fields;
  /** What the history says of it beside the values. */
  readonly of: Partial<HistoryEntry>;
}

/** Judges a resolution other than a withdrawal, like a change: against the row as it stands, in a draft. */
export function judgeResolution(
  context: Context,
  draft: Draft,
  { resolution, named }: { readonly resolution: ShapedResolution; readonly named: StoredVerdict | undefined },
  author: Authorship,
): Outcome {
  const row = draft.row(resolution);
  const orphan = orphaned(context, draft, resolution);
  if (orphan !== null) return orphan;
  const clash = clashOf(resolution, row);
  if (clash !== null) return clash;
  const { data, stamps, lost } = resolution;
  const decided: Case = {
    resolution,
    row,
    fields: { data, stamps, increments: isCounted(named) ? {} : resolution.increments },
    of: {
      outcome: resolution.outcome,
      settles: resolution.changeId,
      lostJson: lost === null ? null : JSON.stringify(lost),
    },
  };
  if (resolution.outcome === 'delete') return judgeDelete(draft, decided, author);
  if (isGone(decided)) return judgeRevival(context, draft, decided, author);
  return judgeFields(context, draft, decided, author);
}

/** Whether the increments of the change have counted: with the change itself, or with an earlier resolution of it. */
function isCounted(named: StoredVerdict | undefined): boolean {
  return named !== undefined && (named.status === 'applied' || named.resolvedBy !== null);
}

/** A row deleted or recreated after the version decided against, or a field it writes or names that changed since. */
function clashOf(resolution: ShapedResolution, row: StoredRow | undefined): Outcome | null {
  if (row === undefined || row.version <= resolution.against) return null;
  if (row.deleted) return conflict(problemOf('row_deleted'));
  if (row.floor > resolution.against) return conflict(problemOf('row_exists', 'The row was created anew since.'));
  const fields = resolution.outcome === 'delete' ? deletedFields(resolution.type) : resolution.touched;
  const stale = changedAfter(row, fields, resolution.against);
  return stale === null ? null : conflict(problemOf('stale_base', `${stale} changed since.`, { field: stale }));
}

/** A row that is deleted or missing; the user's part of a living catalogue row is only not there yet. */
function isGone({ row, resolution }: Case): boolean {
  return row === undefined ? !resolution.type.catalogue : row.deleted;
}

function judgeDelete(draft: Draft, decided: Case, author: Authorship): Outcome {
  const { row, resolution } = decided;
  if (row === undefined || row.deleted) return nothing(draft, decided, author);
  const gone = deletedRow(resolution.type, row, decided.fields, author);
  return applied(gone, { changed: deletedFields(resolution.type), showsRow: true, of: decided.of });
}

/** A decision that writes nothing is remembered all the same. */
function nothing(draft: Draft, { row, resolution, of }: Case, author: Authorship): Outcome {
  const version = row?.version ?? draft.user().counter;
  const { entityType, entityId } = resolution;
  const seen = { entityType, entityId, version, deleted: row?.deleted ?? true, dataJson: row?.dataJson ?? null };
  return { kind: 'applied', row: null, version, history: { ...historyOf(seen, [], author), ...of }, showsRow: true };
}

/** The row was deleted before the decision: keeping the local side brings it back whole, keeping the server's does not. */
function judgeRevival(context: Context, draft: Draft, decided: Case, author: Authorship): Outcome {
  const { row, resolution, fields } = decided;
  if (resolution.outcome === 'server') return nothing(draft, decided, author);
  const broken = validateCreate(resolution.type, fields.data, { limits: context.limits, from: 'wire' });
  // What is missing altogether was purged: whether before or after the decision, only the device can find out.
  if (broken !== null) return row === undefined ? conflict(problemOf('row_deleted')) : rejected(ruleProblem(broken));
  const data = bornData(resolution.type, row, fields);
  const claim = claimKey(draft, resolution.type, resolution.entityId, data);
  if (claim.holder !== null) return keyTaken(claim.holder);
  const fault = rowFault(context, { type: resolution.type, increments: fields.increments }, data);
  if (fault !== null) return rejected(fault);
  const born = bornRow(resolution, { data, stamps: fields.stamps, naturalKey: claim.naturalKey }, author);
  return applied(born, { changed: Object.keys(data), showsRow: true, of: decided.of });
}

function judgeFields(context: Context, draft: Draft, decided: Case, author: Authorship): Outcome {
  const { row, resolution, fields } = decided;
  const changed = [...Object.keys(fields.data), ...Object.keys(fields.increments)];
  if (changed.length === 0) return nothing(draft, decided, author);
  if (row === undefined && !livesInCatalogue(draft, resolution)) {
    return rejected(problemOf('parent_gone', 'The catalogue row is gone.'));
  }
  const data = changedData(dataOf(row), fields);
  const claim = claimKey(draft, resolution.type, resolution.entityId, data);
  if (claim.holder !== null) return keyTaken(claim.holder);
  const fault = rowFault(context, { type: resolution.type, increments: fields.increments }, data);
  if (fault !== null) return rejected(fault);
  const made = { data, changed, stamps: fields.stamps, naturalKey: claim.naturalKey };
  return applied(changedRow({ key: resolution, row }, made, author), { changed, showsRow: true, of: decided.of });
}
