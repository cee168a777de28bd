import type { JsonObject } from '../../lib/json.ts';
import type { ServerClock } from '../clock/server-clock.ts';
import type { ChangeId, Cursor, DeviceId, EntityKey, Epoch, Incarnation, UserId } from '../ids.ts';
import type { Conflict } from '../merge/conflict.ts';
import type { RecordRow } from '../model/record.ts';
import type { ServerRow } from '../protocol/messages.ts';
import type { Item } from '../queue/item.ts';

/** An id that the server knows under another one: every later read, write and reference follows it. */
export interface Alias {
  readonly entityType: string;
  readonly fromId: string;
  readonly toId: string;
}

/** A server row that can't be used now, kept as received: unknown type, broken schema, or kept aside after a restore. */
export interface AsideRow extends EntityKey {
  readonly part: 'user' | 'catalogue';
  readonly reason: 'unknown-type' | 'invalid' | 'restored-server';
  readonly detail: string;
  readonly row: ServerRow;
  readonly era: number;
  readonly atMs: number;
}

/** An acknowledged change, kept so that a server that lost it can be offered it again. */
export interface Acknowledged {
  readonly id: ChangeId;
  readonly item: Item;
  readonly version: number;
  /** Estimated server time of the verdict, ms. */
  readonly ackedAt: number;
  readonly era: number;
}

/** Something that happened to a change beside being applied: what law 3 asks to be recorded. Append only. */
export interface LogEntry {
  readonly n: number;
  readonly atMs: number;
  readonly kind:
    | 'coalesced'
    | 'cancelled'
    | 'replaced'
    | 'folded'
    | 'lost'
    | 'resolved'
    | 'dropped'
    | 'parked'
    | 'undone'
    | 'adopted'
    | 'forked'
    | 'resynced';
  readonly changeId: ChangeId | null;
  readonly entityType: string;
  readonly entityId: string;
  /** The change that took over, when one did. */
  readonly by: ChangeId | null;
  /** Values or the whole item that left, so that nothing is silently gone. */
  readonly kept: JsonObject | null;
  readonly detail: string;
}

/** Single facts about the device, one row each. */
export interface Meta {
  readonly device: {
    readonly deviceId: DeviceId;
    readonly userId: UserId | null;
    readonly schemaVersion: number;
    readonly createdAt: number;
    /** Said to the server once it has answered with 200. */
    readonly registered: boolean;
    /** The switch of `device offline`: no request while true. */
    readonly offline: boolean;
    readonly erased: boolean;
  };
  /** Next number for a queue item and for a log entry. */
  readonly sequence: { readonly item: number; readonly log: number };
  readonly clock: ServerClock | null;
  readonly server: {
    readonly epoch: Epoch | null;
    readonly cursor: Cursor | null;
    readonly era: number;
    /** A full resync under way: rows not seen in its pages go at the end. */
    readonly resync: {
      readonly startedAt: number;
      readonly reason: string;
      readonly epochChanged: boolean;
      readonly seen: number;
    } | null;
    /** When the last completed pull of all types began, in estimated server time; and device wall time for showing. */
    readonly pulledAt: number | null;
    readonly pulledWallMs: number | null;
    /** Estimated server time of the newest acknowledgement. */
    readonly ackedAt: number | null;
  };
  readonly incarnation: {
    readonly current: Incarnation | null;
    readonly life: number;
    readonly previous: readonly Incarnation[];
  };
  readonly lease: { readonly life: number; readonly beat: number; readonly holder: string; readonly held: boolean };
  /** Counts since the device was made, for status and metrics. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A row of the meta table. */
export type MetaRow = {
  readonly [Name in keyof Meta]: { readonly name: Name; readonly value: Meta[Name] };
}[keyof Meta];

/** Row type of every table of a device. */
export interface Tables {
  readonly meta: MetaRow;
  readonly records: RecordRow;
  readonly items: Item;
  readonly conflicts: Conflict;
  readonly aliases: Alias;
  readonly aside: AsideRow;
  readonly journal: Acknowledged;
  readonly log: LogEntry;
}
export type TableName = keyof Tables;

/** A key or index key: texts and finite numbers. Numbers order before texts. */
export type Key = readonly (string | number)[];

/** One index of a table. `one`: a row has at most one key, null leaves it out. `many`: a row has any number of keys. */
export type IndexSpec<Row> =
  | { readonly kind: 'one'; readonly columns: readonly string[]; readonly key: (row: Row) => Key | null }
  | { readonly kind: 'many'; readonly columns: readonly string[]; readonly keys: (row: Row) => readonly Key[] };

/** How a table is found: its primary key, and its indexes. Keys of an index differ between rows. */
export interface TableSpec<Row> {
  readonly key: (row: Row) => Key;
  readonly keyColumns: readonly string[];
  readonly indexes: Readonly<Record<string, IndexSpec<Row>>>;
}

/** The tables, their keys and indexes: one declaration for every storage adapter. */
export const tables: { readonly [Name in TableName]: TableSpec<Tables[Name]> } = {
  meta: { key: (row) => [row.name], keyColumns: ['name'], indexes: {} },
  records: {
    key: (row) => [row.entityType, row.entityId],
    keyColumns: ['entityType', 'entityId'],
    indexes: {},
  },
  items: {
    key: (row) => [row.id],
    keyColumns: ['id'],
    indexes: {
      bySeq: { kind: 'one', columns: ['seq'], key: (row) => [row.seq] },
      byEntity: {
        kind: 'one',
        columns: ['entityType', 'entityId', 'seq'],
        key: (row) => [row.entityType, row.entityId, row.seq],
      },
      byState: { kind: 'one', columns: ['state', 'seq'], key: (row) => [row.state, row.seq] },
      byGroup: {
        kind: 'one',
        columns: ['groupId', 'seq'],
        key: (row) => (row.group === null ? null : [row.group, row.seq]),
      },
      byWaitsFor: {
        kind: 'one',
        columns: ['waitsFor', 'seq'],
        key: (row) => (row.waitsFor === null ? null : [row.waitsFor, row.seq]),
      },
      byParent: {
        kind: 'many',
        columns: ['parent', 'seq'],
        keys: (row) => row.parents.map((parent) => [parent, row.seq]),
      },
      byResolution: {
        kind: 'one',
        columns: ['resolutionId'],
        key: (row) => (row.resolution === null ? null : [row.resolution.body.id]),
      },
    },
  },
  conflicts: {
    key: (row) => [row.changeId],
    keyColumns: ['changeId'],
    indexes: {
      byEntity: { kind: 'one', columns: ['entityType', 'entityId'], key: (row) => [row.entityType, row.entityId] },
    },
  },
  aliases: { key: (row) => [row.entityType, row.fromId], keyColumns: ['entityType', 'fromId'], indexes: {} },
  aside: {
    key: (row) => [row.entityType, row.entityId, row.part],
    keyColumns: ['entityType', 'entityId', 'part'],
    indexes: {},
  },
  journal: {
    key: (row) => [row.id],
    keyColumns: ['id'],
    indexes: { byTime: { kind: 'one', columns: ['ackedAt', 'id'], key: (row) => [row.ackedAt, row.id] } },
  },
  log: { key: (row) => [row.n], keyColumns: ['n'], indexes: {} },
};
