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
  /** Whether a restored server did not know it: it is offered again when the resync is complete. */
  readonly lost: boolean;
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

/** A full resync under way. Rows that its pages do not bring go at its end. */
export interface Resync {
  readonly startedAt: number;
  readonly reason: 'epoch_changed' | 'cursor_expired' | 'device_unknown' | 'repair';
  /** The mark that rows seen by it carry. */
  readonly seen: number;
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
    /** A copy of this device is about: verdicts under the old name are not ours, so none is asked for by pull. */
    readonly forked: boolean;
  };
  /** Next number for a queue item and for a log entry. */
  readonly sequence: { readonly item: number; readonly log: number };
  readonly clock: ServerClock | null;
  readonly server: {
    readonly epoch: Epoch | null;
    readonly cursor: Cursor | null;
    readonly era: number;
    /** A full resync under way: rows not seen in its pages go at the end. */
    readonly resync: Resync | null;
    /** Number of the newest resync. */
    readonly resyncs: number;
    /** Acknowledgements so far, and how many there were when the last completed pull of all types began. */
    readonly acks: number;
    readonly pulledAcks: number | null;
    /** Device wall time when that pull began, ms. */
    readonly pulledWallMs: number | null;
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
/** Name of a table. */
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
    indexes: {
      byNaturalKey: {
        kind: 'one',
        columns: ['entityType', 'naturalKey', 'entityId'],
        key: (row) => (row.naturalKey === null ? null : [row.entityType, row.naturalKey, row.entityId]),
      },
    },
  },
  items: {
    key: (row) => [row.id],
    keyColumns: ['id'],
    indexes: {
      byEntity: {
        kind: 'one',
        columns: ['entityType', 'entityId', 'place', 'id'],
        key: (row) => [row.entityType, row.entityId, row.place, row.id],
      },
      byState: { kind: 'one', columns: ['state', 'place', 'id'], key: (row) => [row.state, row.place, row.id] },
      byGroup: {
        kind: 'one',
        columns: ['groupId', 'place', 'id'],
        key: (row) => (row.group === null ? null : [row.group, row.place, row.id]),
      },
      byWaitsFor: {
        kind: 'one',
        columns: ['waitsFor', 'place', 'id'],
        key: (row) => (row.waitsFor === null ? null : [row.waitsFor, row.place, row.id]),
      },
      byParent: {
        kind: 'many',
        columns: ['parent', 'place', 'id'],
        keys: (row) => row.parents.map((parent) => [parent, row.place, row.id]),
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
    indexes: {
      byReason: {
        kind: 'one',
        columns: ['reason', 'entityType', 'entityId', 'part'],
        key: (row) => [row.reason, row.entityType, row.entityId, row.part],
      },
    },
  },
  journal: {
    key: (row) => [row.id],
    keyColumns: ['id'],
    indexes: {
      byLost: { kind: 'one', columns: ['lost', 'id'], key: (row) => (row.lost ? [1, row.id] : null) },
      byTime: { kind: 'one', columns: ['ackedAt', 'id'], key: (row) => [row.ackedAt, row.id] },
    },
  },
  log: { key: (row) => [row.n], keyColumns: ['n'], indexes: {} },
};
