import type { ChangeId } from '../../src/core/ids.ts';
import type { Conflict } from '../../src/core/merge/conflict.ts';
import type { RecordRow } from '../../src/core/model/record.ts';
import type { Item } from '../../src/core/queue/item.ts';
import type { Acknowledged, MetaRow } from '../../src/core/sync/tables.ts';

/** A row of the records table. */
export function aRecord(entityId: string, parts: Partial<RecordRow> = {}): RecordRow {
  return {
    entityType: 'session',
    entityId,
    era: 0,
    base: null,
    theirs: null,
    catalogue: null,
    local: { title: 'Evening breathing', minutes: 12 },
    exists: true,
    device: null,
    naturalKey: null,
    seen: 0,
    items: 1,
    conflict: null,
    lastSyncedAt: null,
    ...parts,
  };
}

/** A queue item that waits to be sent. */
export function anItem(id: string, seq: number, parts: Partial<Item> = {}): Item {
  return {
    id: id as ChangeId,
    entityType: 'session',
    entityId: `e${seq}`,
    seq,
    place: seq,
    action: 'CREATE',
    baseVersion: null,
    revives: false,
    data: { title: 'Evening breathing' },
    increments: null,
    intents: [],
    stamps: {},
    timestamp: 1_700_000_000_000,
    before: null,
    dependsOn: [],
    parents: [],
    group: null,
    groupSize: 1,
    state: 'pending',
    sent: false,
    verdict: null,
    settledAt: null,
    resolution: null,
    waitsFor: null,
    retryCount: 0,
    error: null,
    nextAttemptAt: null,
    ...parts,
  };
}

/** An open question about one row. */
export function aConflict(changeId: string, entityId: string): Conflict {
  return {
    changeId: changeId as ChangeId,
    entityType: 'session',
    entityId,
    kind: 'fields',
    fields: [],
    deletedBy: null,
    before: null,
    theirsData: null,
    theirsVersion: 3,
    openedAt: 1_700_000_000_000,
    grouped: false,
  };
}

/** An acknowledged change. */
export function anAcknowledged(id: string, ackedAt: number): Acknowledged {
  return { id: id as ChangeId, item: anItem(id, 1), version: 1, ackedAt, era: 0, lost: false };
}

/** The counters of the device, as a row that every transaction of a test may replace. */
export function aSequence(item: number): MetaRow {
  return { name: 'sequence', value: { item, log: 0 } };
}
