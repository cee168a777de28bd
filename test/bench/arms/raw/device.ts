import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { calls } from '../../../../src/core/protocol/paths.ts';
import { entityType, type Row } from '../../workload.ts';
import { connect } from './http.ts';
import {
  batchCount,
  changeOf,
  deviceIdOf,
  pullBody,
  pushBody,
  type RawChange,
  type RawPullAnswer,
  type RawPushAnswer,
  type RawRow,
} from './messages.ts';
import { type Durability, openDatabase } from './sqlite.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS queue (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, entity TEXT NOT NULL, base INTEGER, sent INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS queue_by_entity ON queue (entity);
  CREATE TABLE IF NOT EXISTS base (id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT);
`;

interface QueueRow {
  readonly seq: number;
  readonly id: string;
  readonly entity: string;
  readonly base: number | null;
  readonly body: string;
}

/** One edit as raw writes it: the row, the fields it sets, and the version it started from (null: a create). */
export interface RawEdit {
  readonly id: string;
  readonly set: object;
  readonly whole: object;
  readonly base: number | null;
}

/** The least device: record, queue and base in one SQLite file, whole pages and batches in one transaction each. */
export type RawDevice = ReturnType<typeof openDevice>;

/** Opens the device's file in a folder. `url` may be null for a device that only writes. */
export function openDevice(options: {
  readonly folder: string;
  readonly name: string;
  readonly url: string | null;
  readonly durability: Durability;
}) {
  const db = openDatabase(join(options.folder, `${options.name}.db`), options.durability);
  db.exec(SCHEMA);
  const deviceId = deviceIdOf(options.name === 'device' ? '1' : options.name);
  const client = connect(options.url ?? 'http://127.0.0.1:9', deviceId);
  const context = { db, post: client.post, deviceId };
  return {
    traffic: client.traffic,
    write: writer(context),
    push: pusher(context),
    pull: puller(context),
    pending: () => db.prepare('SELECT count(*) FROM queue').pluck().get() as number,
    records: () => readRecords(db),
    close: () => {
      client.close();
      db.close();
    },
  };
}

interface Context {
  readonly db: Database;
  readonly post: ReturnType<typeof connect>['post'];
  readonly deviceId: string;
}

function writer({ db, deviceId }: Context): (edit: RawEdit) => void {
  const putRecord = db.prepare('INSERT OR REPLACE INTO records VALUES (?, 0, ?)');
  const putQueue = db.prepare('INSERT INTO queue (id, entity, base, sent, body) VALUES (?, ?, ?, 0, ?)');
  const putBase = db.prepare('INSERT OR REPLACE INTO base VALUES (?, 0, ?)');
  let written = db.prepare('SELECT coalesce(max(seq), 0) FROM queue').pluck().get() as number;
  return db.transaction((edit: RawEdit) => {
    const whole = JSON.stringify(edit.whole);
    putRecord.run(edit.id, whole);
    const number = (++written).toString(16).padStart(11, '0');
    putQueue.run(
      `01900000-0000-7000-9000-${deviceId.slice(-1)}${number}`,
      edit.id,
      edit.base,
      JSON.stringify(edit.set),
    );
    putBase.run(edit.id, whole);
  });
}

/** Gives a function that sends the whole queue, a batch at a time: frozen, sent, settled. */
function pusher({ db, post, deviceId }: Context): () => Promise<void> {
  const read = db.prepare('SELECT seq, id, entity, base, body FROM queue ORDER BY seq LIMIT ?');
  const markSent = db.prepare('UPDATE queue SET sent = 1 WHERE seq = ?');
  const remove = db.prepare('DELETE FROM queue WHERE seq = ?');
  const putBase = db.prepare('INSERT OR REPLACE INTO base VALUES (?, ?, ?)');
  const setVersion = db.prepare('UPDATE records SET version = ? WHERE id = ?');
  const freeze = db.transaction((rows: readonly QueueRow[]) => {
    for (const row of rows) markSent.run(row.seq);
  });
  const settle = db.transaction((rows: readonly QueueRow[], versions: ReadonlyMap<string, number>) => {
    for (const row of rows) {
      const version = versions.get(row.id);
      if (version === undefined) throw new Error(`no verdict for ${row.id}`);
      remove.run(row.seq);
      putBase.run(row.entity, version, row.body);
      setVersion.run(version, row.entity);
    }
  });
  return async () => {
    for (;;) {
      const rows = read.all(batchCount) as QueueRow[];
      if (rows.length === 0) return;
      freeze(rows);
      const changes = rows.map((row) => toChange(row, deviceId));
      const body = pushBody({ deviceId, registered: true, epoch: 'raw', changes });
      const answer = await post<RawPushAnswer>(calls.push.path, body);
      settle(rows, new Map(answer.results.map((result) => [result.id, result.version ?? 0])));
    }
  };
}

function toChange(row: QueueRow, deviceId: string): RawChange {
  const data = JSON.parse(row.body) as object;
  return changeOf({ id: row.id, seq: row.seq, entityId: row.entity, baseVersion: row.base, data, deviceId });
}

/** Gives a function that pulls to the end, a page and its cursor per transaction. */
function puller({ db, post, deviceId }: Context): () => Promise<void> {
  const readCursor = db.prepare("SELECT value FROM meta WHERE name = 'cursor'").pluck();
  const putCursor = db.prepare("INSERT OR REPLACE INTO meta VALUES ('cursor', ?)");
  const putRecord = db.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?)');
  const hasQueue = db.prepare('SELECT 1 FROM queue LIMIT 1').pluck();
  const rebase = rebaser(db);
  const save = db.transaction((rows: readonly RawRow[], cursor: string) => {
    if (hasQueue.get() === undefined)
      for (const row of rows) putRecord.run(row.entityId, row.version, JSON.stringify(row));
    else for (const row of rows) rebase(row);
    putCursor.run(cursor);
  });
  return async () => {
    let cursor = (readCursor.get() as string | undefined) ?? null;
    for (;;) {
      const answer = await post<RawPullAnswer>(calls.pull.path, pullBody({ deviceId, registered: true, cursor }));
      save(answer.changes, answer.cursor);
      cursor = answer.cursor;
      if (!answer.hasMore) return;
    }
  };
}

/** Puts a pulled row under a pending change: its values below the change's, which starts from the new version. */
function rebaser(db: Database): (row: RawRow) => void {
  const putRecord = db.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?)');
  const putBase = db.prepare('INSERT OR REPLACE INTO base VALUES (?, ?, ?)');
  const findQueue = db.prepare('SELECT seq, body FROM queue WHERE entity = ?');
  const setBase = db.prepare('UPDATE queue SET base = ? WHERE seq = ?');
  return (row) => {
    const body = JSON.stringify(row);
    putBase.run(row.entityId, row.version, body);
    const item = findQueue.get(row.entityId) as { readonly seq: number; readonly body: string } | undefined;
    if (item === undefined) return void putRecord.run(row.entityId, row.version, body);
    setBase.run(row.version, item.seq);
    const whole = { ...row.data, ...JSON.parse(item.body) };
    putRecord.run(row.entityId, row.version, JSON.stringify({ ...row, data: whole }));
  };
}

function readRecords(db: Database): Map<string, Row['data']> {
  const rows = db.prepare('SELECT id, body FROM records').all() as { readonly id: string; readonly body: string }[];
  return new Map(
    rows.map(({ id, body }) => {
      const value = JSON.parse(body) as Row['data'] & { readonly entityType?: string; readonly data?: Row['data'] };
      return [id, value.entityType === entityType && value.data !== undefined ? value.data : value];
    }),
  );
}
