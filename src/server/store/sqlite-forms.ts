import type { Problem } from '../../core/protocol/messages.ts';
import type { CatalogueRow, HistoryEntry, StoredRow, StoredVerdict } from '../decide/stored.ts';

/** A row of the table `rows` as SQLite gives it. */
export type RowForm = Omit<StoredRow, 'deleted' | 'origin'> & {
  readonly deleted: number;
  readonly originDevice: string;
  readonly originChange: string;
};

/** Columns of a {@link RowForm}. */
export const rowColumns =
  'entityType, entityId, version, floor, deleted, dataJson, stampsJson, fieldVersionsJson, naturalKey, updatedAt, originDevice, originChange';

/** The stored row that a form stands for. */
export function rowOf(form: RowForm): StoredRow {
  return {
    entityType: form.entityType,
    entityId: form.entityId,
    version: form.version,
    floor: form.floor,
    deleted: form.deleted === 1,
    dataJson: form.dataJson,
    stampsJson: form.stampsJson,
    fieldVersionsJson: form.fieldVersionsJson,
    naturalKey: form.naturalKey,
    updatedAt: form.updatedAt,
    origin: { deviceId: form.originDevice, changeId: form.originChange },
  };
}

/** A row of the table `catalogue` as SQLite gives it. */
export type CatalogueForm = Omit<CatalogueRow, 'deleted'> & { readonly deleted: number };

/** Columns of a {@link CatalogueForm}. */
export const catalogueColumns = 'entityType, entityId, version, deleted, dataJson, updatedAt';

/** The catalogue row that a form stands for. */
export function catalogueRowOf(form: CatalogueForm): CatalogueRow {
  return { ...form, deleted: form.deleted === 1 };
}

/** A row of the table `results` as SQLite gives it. */
export type ResultForm = Omit<StoredVerdict, 'problem'> & { readonly problemJson: string | null };

/** Columns of a {@link ResultForm}. */
export const resultColumns =
  'id, kind, deviceId, seq, bodyPrint, entityType, entityId, status, version, problemJson, resolvedBy, at';

/** The verdict that a form stands for. */
export function verdictOf({ problemJson, ...form }: ResultForm): StoredVerdict {
  return { ...form, problem: problemJson === null ? null : (JSON.parse(problemJson) as Problem) };
}

/** A row of the table `history` as SQLite gives it. */
export type HistoryForm = Omit<HistoryEntry, 'deleted' | 'changed' | 'origin'> & {
  readonly deleted: number;
  readonly changed: string;
  readonly originDevice: string;
  readonly originChange: string;
};

/** Columns of a {@link HistoryForm}. */
export const historyColumns =
  'entityType, entityId, version, deleted, dataJson, changed, lostJson, outcome, settles, updatedAt, originDevice, originChange';

/** The line of the history that a form stands for. */
export function historyOf({ originDevice, originChange, ...form }: HistoryForm): HistoryEntry {
  return {
    ...form,
    deleted: form.deleted === 1,
    changed: JSON.parse(form.changed) as string[],
    origin: { deviceId: originDevice, changeId: originChange },
  };
}
