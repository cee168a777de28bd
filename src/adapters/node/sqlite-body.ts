import type { RecordRow } from '../../core/model/record.ts';
import type { Item } from '../../core/queue/item.ts';
import type { Acknowledged, TableName, Tables } from '../../core/sync/tables.ts';

/** How a row becomes the text of its `body`, and back. */
export interface BodyForm<Row> {
  readonly text: (row: Row) => string;
  /** Throws a SyntaxError for a text that is not JSON. A text with every field in it is read as well as a short one. */
  readonly row: (text: string) => Row;
}

/**
 * Every field is named, so that a new one can't be forgotten (it would not compile), and so that all rows have one
 * shape, whatever their text leaves out. Undefined fields are not in the text.
 */
type Short<Row> = { readonly [Name in keyof Row]: Row[Name] | undefined };

const none: readonly never[] = [];

function shortItem(item: Item): Short<Item> {
  return {
    id: item.id,
    seq: item.seq,
    place: item.place,
    entityType: item.entityType,
    entityId: item.entityId,
    action: item.action,
    schemaVersion: item.schemaVersion,
    rejoined: item.rejoined,
    said: item.said,
    baseVersion: item.baseVersion ?? undefined,
    revives: item.revives || undefined,
    data: item.data ?? undefined,
    increments: item.increments ?? undefined,
    intents: item.intents.length === 0 ? undefined : item.intents,
    stamps: item.stamps,
    timestamp: item.timestamp,
    before: item.before ?? undefined,
    dependsOn: item.dependsOn.length === 0 ? undefined : item.dependsOn,
    parents: item.parents.length === 0 ? undefined : item.parents,
    group: item.group ?? undefined,
    groupSize: item.groupSize || undefined,
    state: item.state === 'pending' ? undefined : item.state,
    sent: item.sent || undefined,
    verdict: item.verdict ?? undefined,
    settledAt: item.settledAt ?? undefined,
    resolution: item.resolution ?? undefined,
    waitsFor: item.waitsFor ?? undefined,
    retryCount: item.retryCount || undefined,
    error: item.error ?? undefined,
    nextAttemptAt: item.nextAttemptAt ?? undefined,
  };
}

/** Members that most items lack. */
function rareOf({ schemaVersion, rejoined, said }: Short<Item>): Pick<Item, 'schemaVersion' | 'rejoined' | 'said'> {
  return {
    ...(schemaVersion === undefined ? {} : { schemaVersion }),
    ...(rejoined === undefined ? {} : { rejoined }),
    ...(said === undefined ? {} : { said }),
  };
}

function wholeItem(item: Short<Item> & Item): Item {
  return {
    id: item.id,
    seq: item.seq,
    place: item.place,
    entityType: item.entityType,
    entityId: item.entityId,
    action: item.action,
    ...rareOf(item),
    baseVersion: item.baseVersion ?? null,
    revives: item.revives ?? false,
    data: item.data ?? null,
    increments: item.increments ?? null,
    intents: item.intents ?? none,
    stamps: item.stamps,
    timestamp: item.timestamp,
    before: item.before ?? null,
    dependsOn: item.dependsOn ?? none,
    parents: item.parents ?? none,
    group: item.group ?? null,
    groupSize: item.groupSize ?? 0,
    state: item.state ?? 'pending',
    sent: item.sent ?? false,
    verdict: item.verdict ?? null,
    settledAt: item.settledAt ?? null,
    resolution: item.resolution ?? null,
    waitsFor: item.waitsFor ?? null,
    retryCount: item.retryCount ?? 0,
    error: item.error ?? null,
    nextAttemptAt: item.nextAttemptAt ?? null,
  };
}

function shortRecord(record: RecordRow): Short<RecordRow> {
  return {
    entityType: record.entityType,
    entityId: record.entityId,
    era: record.era,
    base: record.base ?? undefined,
    theirs: record.theirs ?? undefined,
    catalogue: record.catalogue ?? undefined,
    local: record.local ?? undefined,
    exists: record.exists,
    device: record.device ?? undefined,
    naturalKey: record.naturalKey ?? undefined,
    seen: record.seen || undefined,
    items: record.items || undefined,
    conflict: record.conflict ?? undefined,
    lastSyncedAt: record.lastSyncedAt ?? undefined,
  };
}

function wholeRecord(record: Short<RecordRow> & RecordRow): RecordRow {
  return {
    entityType: record.entityType,
    entityId: record.entityId,
    era: record.era,
    base: record.base ?? null,
    theirs: record.theirs ?? null,
    catalogue: record.catalogue ?? null,
    local: record.local ?? null,
    exists: record.exists,
    device: record.device ?? null,
    naturalKey: record.naturalKey ?? null,
    seen: record.seen ?? 0,
    items: record.items ?? 0,
    conflict: record.conflict ?? null,
    lastSyncedAt: record.lastSyncedAt ?? null,
  };
}

const plain: BodyForm<unknown> = { text: (row) => JSON.stringify(row), row: (text) => JSON.parse(text) };

const forms: { readonly [Name in TableName]?: BodyForm<Tables[Name]> } = {
  items: { text: (row) => JSON.stringify(shortItem(row)), row: (text) => wholeItem(JSON.parse(text)) },
  records: { text: (row) => JSON.stringify(shortRecord(row)), row: (text) => wholeRecord(JSON.parse(text)) },
  journal: {
    text: (row) => JSON.stringify({ ...row, item: shortItem(row.item) }),
    row: (text) => {
      const row: Acknowledged = JSON.parse(text);
      return { ...row, item: wholeItem(row.item) };
    },
  },
};

/** The form of a table's rows: what most rows leave empty is not in their text. */
export function bodyForm<Row>(table: string): BodyForm<Row> {
  const form = Object.hasOwn(forms, table) ? forms[table as TableName] : undefined;
  return (form ?? plain) as unknown as BodyForm<Row>;
}
