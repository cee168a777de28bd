import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import PouchDB from 'pouchdb-node';
import { peakMemoryBytes } from '../../memory.ts';
import { editOfFirst, editOfSecond, lostEdits, rowOf, rowsOf, series } from '../../workload.ts';
import { mergeConflicts } from './merge.mjs';

/** PouchDB on LevelDB with its own replication over HTTP. @type {import('../../arms/arm.ts').Arm} */
export const arm = { prepare, localWrite, drain, firstPull, converge };

/** As many documents per request as the other arms send. */
const replication = { batch_size: 1_000 };

const open = (folder, name) => new PouchDB(join(folder, name));

/** The server's database, and a count of the requests made to it. */
function remoteAt(url) {
  const traffic = { requests: 0, sentBytes: 0 };
  const fetch = (address, options) => {
    traffic.requests++;
    traffic.sentBytes += Buffer.byteLength(options?.body ?? '');
    return PouchDB.fetch(address, options);
  };
  return { remote: new PouchDB(url, { fetch, skip_setup: true }), traffic };
}

async function prepare({ folder, backlog }) {
  const database = open(folder, 'device');
  await createAll(database, rowsOf(series.backlog, backlog));
  await database.close();
}

async function localWrite({ folder, durability, backlog, writes, warmUp }) {
  // LevelDB writes without fsync here: what is written survives the process, not a power cut, and nothing can ask for more.
  if (durability === 'FULL') return null;
  const warm = open(folder, 'warm');
  for (const row of rowsOf(series.warmUp, warmUp)) await warm.put(toDoc(row));
  await warm.close();
  const database = open(folder, 'device');
  const before = (await database.info()).doc_count;
  assert.ok(before >= backlog);
  const rows = rowsOf(series.work, writes);
  const start = performance.now();
  for (const row of rows) await database.put(toDoc(row));
  const ms = performance.now() - start;
  assert.equal((await database.info()).doc_count, before + writes, 'every record is there');
  await database.close();
  return { ms };
}

const toDoc = ({ id, data }) => ({ _id: id, ...data });

async function createAll(database, rows) {
  for (let start = 0; start < rows.length; start += 1_000) {
    const results = await database.bulkDocs(rows.slice(start, start + 1_000).map(toDoc));
    assert.ok(results.every((result) => result.ok));
  }
}

async function drain({ folder, url, count, warmUp }) {
  const { remote, traffic } = remoteAt(url);
  const database = open(folder, 'device');
  await createAll(database, rowsOf(series.warmUp, warmUp));
  await database.replicate.to(remote, replication);
  await createAll(database, rowsOf(series.work, count));
  const sample = await timed(traffic, async () => {
    const result = await database.replicate.to(remote, replication);
    assert.equal(result.docs_written, count, 'everything is acknowledged');
  });
  await database.close();
  return sample;
}

async function firstPull({ folder, url, count }) {
  const { remote, traffic } = remoteAt(url);
  const database = open(folder, 'device');
  const sample = await timed(traffic, () => database.replicate.from(remote, replication));
  assert.equal((await database.info()).doc_count, count, 'every row is there');
  await database.close();
  return sample;
}

async function converge({ folder, url, count }) {
  const { remote, traffic } = remoteAt(url);
  const first = open(folder, 'a');
  const second = open(folder, 'b');
  await createAll(first, rowsOf(series.work, count));
  await first.replicate.to(remote, replication);
  await second.replicate.from(remote, replication);
  await editAll(first, { count, editOf: editOfFirst });
  await editAll(second, { count, editOf: editOfSecond });
  const sample = await timed(traffic, async () => {
    await first.replicate.to(remote, replication);
    await second.replicate.from(remote, replication);
    await mergeConflicts(second);
    await second.replicate.to(remote, replication);
    await first.replicate.from(remote, replication);
  });
  const states = [await readAll(first), await readAll(second)];
  assert.deepEqual(states[0], states[1], 'both devices hold the same');
  for (const database of [first, second]) await database.close();
  return { ...sample, lostEdits: lostEdits(states[0], count) };
}

async function editAll(database, { count, editOf }) {
  const { rows } = await database.allDocs({ include_docs: true });
  const docs = new Map(rows.map((row) => [row.id, row.doc]));
  const edited = Array.from({ length: count }, (_, index) => ({
    ...docs.get(rowOf(series.work, index).id),
    ...editOf(index),
  }));
  const results = await database.bulkDocs(edited);
  assert.ok(results.every((result) => result.ok));
}

async function readAll(database) {
  const { rows } = await database.allDocs({ include_docs: true, conflicts: true });
  return new Map(rows.map((row) => [row.id, row.doc]));
}

async function timed(traffic, work) {
  const before = { ...traffic };
  const start = performance.now();
  await work();
  return {
    ms: performance.now() - start,
    peakBytes: peakMemoryBytes(),
    requests: traffic.requests - before.requests,
    sentBytes: traffic.sentBytes - before.sentBytes,
  };
}
