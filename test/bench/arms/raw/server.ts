import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { calls } from '../../../../src/core/protocol/paths.ts';
import { rowsOf, series } from '../../workload.ts';
import type { ServeJob } from '../arm.ts';
import { batchCount, changeOf, deviceIdOf, type RawChange } from './messages.ts';
import { openDatabase } from './sqlite.ts';

const SCHEMA = `
  CREATE TABLE rows (id TEXT PRIMARY KEY, version INTEGER NOT NULL, data TEXT NOT NULL, tail TEXT NOT NULL);
  CREATE INDEX rows_by_version ON rows (version, id);
  CREATE TABLE results (id TEXT PRIMARY KEY, status TEXT NOT NULL, version INTEGER NOT NULL);
  CREATE TABLE history (id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, version));
  CREATE TABLE counter (value INTEGER NOT NULL);
  INSERT INTO counter VALUES (0);
`;

interface StoredRow {
  readonly id: string;
  readonly version: number;
  readonly data: string;
  readonly tail: string;
}

/** The least server: node:http, and one SQLite transaction per push (row, result, history each, counter once). */
export async function serve(job: ServeJob): Promise<string> {
  const db = openDatabase(join(job.folder, 'server.db'), 'NORMAL');
  db.exec(SCHEMA);
  const push = pusher(db);
  const pull = puller(db);
  seed(push, job.seedRows);
  const server = createServer((call, answer) => {
    void read(call).then((text) => {
      const body = call.url === calls.push.path ? push(text) : pull(text);
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      answer.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(call: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of call) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function pusher(db: Database): (text: string) => string {
  const raise = db.prepare('UPDATE counter SET value = value + 1 RETURNING value').pluck();
  const find = db.prepare('SELECT data FROM rows WHERE id = ?').pluck();
  const putRow = db.prepare('INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)');
  const putResult = db.prepare("INSERT INTO results VALUES (?, 'applied', ?)");
  const putHistory = db.prepare('INSERT INTO history VALUES (?, ?, ?)');
  const apply = db.transaction((changes: readonly RawChange[]) => {
    const version = raise.get() as number;
    for (const change of changes) {
      const changed = JSON.stringify(change.data);
      const held = change.action === 'CREATE' ? undefined : (find.get(change.entityId) as string | undefined);
      const data = held === undefined ? changed : JSON.stringify({ ...JSON.parse(held), ...change.data });
      putRow.run(change.entityId, version, data, tailOf(change, data));
      putResult.run(change.id, version);
      putHistory.run(change.entityId, version, changed);
    }
    return version;
  });
  return (text) => {
    const { changes } = JSON.parse(text) as { changes: readonly RawChange[] };
    const version = apply(changes);
    const results = changes.map((change) => ({ id: change.id, status: 'applied', version }));
    return JSON.stringify({ epoch: 'raw', serverTime: Date.now(), results });
  };
}

/** What a pulled row carries beside its data, as text, so that a page is put together without parsing anything. */
function tailOf(change: RawChange, data: string): string {
  const stamp = Object.values(change.stamps)[0] ?? '';
  const { action, stamps } = change;
  const all =
    action === 'CREATE' ? stamps : Object.fromEntries(Object.keys(JSON.parse(data)).map((name) => [name, stamp]));
  const origin = `{"deviceId":"${stamp.slice(19)}","changeId":"${change.id}"}`;
  return `"stamps":${JSON.stringify(all)},"updatedAt":${change.timestamp},"origin":${origin}}`;
}

function puller(db: Database): (text: string) => string {
  const page = db.prepare('SELECT * FROM rows WHERE (version, id) > (?, ?) ORDER BY version, id LIMIT ?');
  return (text) => {
    const { cursor } = JSON.parse(text) as { cursor: string | null };
    const [version, id] = cursor === null ? [0, ''] : (JSON.parse(cursor) as [number, string]);
    // One row more than fits says whether there is another page.
    const found = page.all(version, id, batchCount + 1) as StoredRow[];
    const rows = found.slice(0, batchCount);
    const last = rows.at(-1);
    const next = JSON.stringify(last === undefined ? [version, id] : [last.version, last.id]);
    const head = `{"epoch":"raw","cursor":${JSON.stringify(next)},"hasMore":${found.length > batchCount}`;
    return `${head},"serverTime":${Date.now()},"settled":[],"changes":[${rows.map(rowText).join(',')}]}`;
  };
}

function rowText(row: StoredRow): string {
  const key = `{"entityType":"meditation","entityId":${JSON.stringify(row.id)},"part":"user","version":${row.version}`;
  return `${key},"deleted":false,"data":${row.data},${row.tail}`;
}

function seed(push: (text: string) => string, count: number): void {
  const rows = rowsOf(series.work, count);
  const deviceId = deviceIdOf('5eed');
  for (let start = 0; start < count; start += batchCount) {
    const changes = rows.slice(start, start + batchCount).map(({ id, data }, index) => {
      const seq = start + index;
      return changeOf({ id: `seed-${seq}`, seq, entityId: id, baseVersion: null, data, deviceId });
    });
    push(JSON.stringify({ changes }));
  }
}
