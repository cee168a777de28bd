import type { Problem } from '../../core/protocol/messages.ts';
import type { CatalogueRow, DeviceState, HistoryEntry, StoredRow, StoredVerdict } from '../decide/stored.ts';
import { ofText, ofTextOrNull } from './postgres-text.ts';

/** A row of the table `rows` as PostgreSQL gives it. */
export type RowForm = Omit<StoredRow, 'origin'> & { readonly originDevice: string; readonly originChange: string };

/** Columns of a {@link RowForm}, of the table called `r`. */
export const rowColumns = `r.entity_type AS "entityType", r.entity_id AS "entityId", r.version, r.floor, r.deleted,
  r.data_json AS "dataJson", r.stamps_json AS "stampsJson", r.field_versions_json AS "fieldVersionsJson",
  r.natural_key AS "naturalKey", r.updated_at AS "updatedAt", r.origin_device AS "originDevice", r.origin_change AS "originChange"`;

/** The stored row that a form stands for. */
export function rowOf({ originDevice, originChange, ...form }: RowForm): StoredRow {
  return {
    ...form,
    entityType: ofText(form.entityType),
    entityId: ofText(form.entityId),
    naturalKey: ofTextOrNull(form.naturalKey),
    origin: { deviceId: ofText(originDevice), changeId: ofText(originChange) },
  };
}

/** Columns of a catalogue row, of the table called `r`. */
export const catalogueColumns = `r.entity_type AS "entityType", r.entity_id AS "entityId", r.version, r.deleted,
  r.data_json AS "dataJson", r.updated_at AS "updatedAt"`;

/** The catalogue row that a form stands for. */
export function catalogueRowOf(form: CatalogueRow): CatalogueRow {
  return { ...form, entityType: ofText(form.entityType), entityId: ofText(form.entityId) };
}

/** A row of the table `results` as PostgreSQL gives it. */
export type ResultForm = Omit<StoredVerdict, 'problem'> & { readonly problemJson: string | null };

/** Columns of a {@link ResultForm}. */
export const resultColumns = `id, kind, device_id AS "deviceId", seq, body_print AS "bodyPrint", entity_type AS "entityType",
  entity_id AS "entityId", status, version, problem_json AS "problemJson", resolved_by AS "resolvedBy", at`;

/** The verdict that a form stands for. */
export function verdictOf({ problemJson, ...form }: ResultForm): StoredVerdict {
  return {
    ...form,
    id: ofText(form.id),
    deviceId: ofText(form.deviceId),
    entityType: ofText(form.entityType),
    entityId: ofText(form.entityId),
    resolvedBy: ofTextOrNull(form.resolvedBy),
    problem: problemJson === null ? null : (JSON.parse(problemJson) as Problem),
  };
}

/** A row of the table `history` as PostgreSQL gives it. */
export type HistoryForm = Omit<HistoryEntry, 'changed' | 'origin'> & {
  readonly changed: string;
  readonly originDevice: string;
  readonly originChange: string;
};

/** Columns of a {@link HistoryForm}, of the table called `h`. */
export const historyColumns = `h.entity_type AS "entityType", h.entity_id AS "entityId", h.version, h.deleted,
  h.data_json AS "dataJson", h.changed, h.lost_json AS "lostJson", h.outcome, h.settles, h.updated_at AS "updatedAt",
  h.origin_device AS "originDevice", h.origin_change AS "originChange"`;

/** The line of the history that a form stands for. */
export function historyOf({ originDevice, originChange, ...form }: HistoryForm): HistoryEntry {
  return {
    ...form,
    entityType: ofText(form.entityType),
    entityId: ofText(form.entityId),
    settles: ofTextOrNull(form.settles),
    changed: JSON.parse(form.changed) as string[],
    origin: { deviceId: ofText(originDevice), changeId: ofText(originChange) },
  };
}

/** Columns of a device. */
export const deviceColumns = `device_id AS "deviceId", registered_at AS "registeredAt", last_seen_at AS "lastSeenAt", incarnation,
  last_seq AS "lastSeq", position, app_version AS "appVersion", schema_version AS "schemaVersion"`;

/** The device that a form stands for. */
export function deviceOf(form: DeviceState): DeviceState {
  return {
    ...form,
    deviceId: ofText(form.deviceId),
    incarnation: ofTextOrNull(form.incarnation),
    appVersion: ofTextOrNull(form.appVersion),
  };
}
