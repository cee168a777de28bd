import type { EntityKey } from '../../core/ids.ts';
import type { Problem } from '../../core/protocol/messages.ts';
import type { Draft } from './draft.ts';
import type { Reads } from './reads.ts';
import { problemOf } from './refusal.ts';
import { rowText, syntheticTombstone } from './row-text.ts';
import type { StoredVerdict } from './stored.ts';

/** One entry of the answer, before the rows are known: they are looked up when everything has been judged. */
export interface Entry {
  readonly result: {
    readonly id: string;
    readonly status: 'applied' | 'duplicate' | 'conflict' | 'rejected' | 'retry';
    readonly first?: 'applied' | 'conflict' | 'rejected';
    readonly version?: number;
    readonly resolved?: number;
    readonly problem?: Problem;
  };
  readonly key: EntityKey;
  /** `always`: the current row. `written`: only if another change of this request wrote it too. */
  readonly row: 'always' | 'written' | 'never';
}

/** Where a decision about a change that clashed took effect: a device that lost its last commits must not decide it again. */
export function resolvedIn(reads: Pick<Reads, 'effectAt'>, verdict: StoredVerdict): { readonly resolved?: number } {
  if (verdict.status !== 'conflict' || verdict.resolvedBy === null) return {};
  const version = reads.effectAt(verdict, verdict.resolvedBy);
  return version === undefined ? {} : { resolved: version };
}

/** The answer to an id that has a verdict: that verdict, or `id_reused` when the body is another one. */
export function repeated(verdict: StoredVerdict, bodyPrint: string | null, reads: Pick<Reads, 'effectAt'>): Entry {
  const key = { entityType: verdict.entityType, entityId: verdict.entityId };
  if (verdict.bodyPrint !== null && verdict.bodyPrint !== bodyPrint) {
    return { result: { id: verdict.id, status: 'rejected', problem: problemOf('id_reused') }, key, row: 'always' };
  }
  return {
    result: {
      id: verdict.id,
      status: 'duplicate',
      first: verdict.status,
      ...(verdict.version === null ? {} : { version: verdict.version }),
      ...resolvedIn(reads, verdict),
      ...(verdict.problem === null ? {} : { problem: verdict.problem }),
    },
    key,
    row: 'always',
  };
}

/** JSON text of an entry, with the row as it stands now that everything has been judged. */
export function entryText(draft: Draft, entry: Entry): string {
  const text = JSON.stringify(entry.result);
  const row = rowOf(draft, entry);
  return row === null ? text : `${text.slice(0, -1)},"row":${row}}`;
}

function rowOf(draft: Draft, entry: Entry): string | null {
  if (entry.row === 'never' || (entry.row === 'written' && draft.touches(entry.key) < 2)) return null;
  const key = shownKey(entry);
  const row = draft.row(key);
  if (row !== undefined) return rowText(row);
  return isKnownGone(entry) ? rowText(syntheticTombstone(key, draft.user())) : null;
}

/** The row to show: that of the change, or the one that holds its natural key. */
function shownKey({ result, key }: Entry): EntityKey {
  const holder = result.problem?.entityId;
  return typeof holder === 'string' ? { entityType: key.entityType, entityId: holder } : key;
}

/** Whether a row that is missing was there once: it had a change applied, or the verdict says so. */
function isKnownGone({ result }: Entry): boolean {
  return (result.first ?? result.status) === 'applied' || result.problem?.code === 'row_deleted';
}
