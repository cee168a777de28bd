import { strict as assert } from 'node:assert';
import { performance } from 'node:perf_hooks';
import { hasUnsyncedChanges } from '@nozbe/watermelondb/sync/index.js';
import { connect } from '../../arms/raw/http.ts';
import { peakMemoryBytes } from '../../memory.ts';
import { editOfFirst, editOfSecond, lostEdits, rowOf, rowsOf, series } from '../../workload.ts';
import { fields, fill, openStore } from './store.mjs';
import { deviceId, syncWith } from './sync.mjs';

/**
 * WatermelonDB with its own sync, against the raw server.
 * @param {{ readonly wal: boolean }} settings
 * @returns {import('../../arms/arm.ts').Arm}
 */
export function makeArm({ wal }) {
  const works = { prepare, localWrite, drain, firstPull, converge };
  return Object.fromEntries(Object.entries(works).map(([name, work]) => [name, (job) => work({ ...job, wal })]));
}

async function prepare({ folder, backlog, wal }) {
  const store = await openStore({ folder, name: 'device', durability: 'NORMAL', wal });
  await createAll(store, rowsOf(series.backlog, backlog));
  store.close();
}

async function localWrite({ folder, durability, backlog, writes, warmUp, wal }) {
  const warm = await openStore({ folder, name: 'warm', durability, wal });
  await createOneByOne(warm, rowsOf(series.warmUp, warmUp));
  warm.close();
  const store = await openStore({ folder, name: 'device', durability, wal });
  const before = await store.collection.query().fetchCount();
  assert.ok(before >= backlog);
  const rows = rowsOf(series.work, writes);
  const start = performance.now();
  await createOneByOne(store, rows);
  const ms = performance.now() - start;
  store.checkDurability();
  assert.equal(await store.collection.query().fetchCount(), before + writes, 'every record is there');
  store.close();
  return { ms };
}

async function createOneByOne({ database, collection }, rows) {
  for (const row of rows) await database.write(() => collection.create(fill(row)));
}

async function createAll({ database, collection }, rows) {
  await database.write(() => database.batch(rows.map((row) => collection.prepareCreate(fill(row)))));
}

async function drain({ folder, url, count, warmUp, wal }) {
  const client = connect(url, deviceId);
  const store = await openStore({ folder, name: 'device', durability: 'NORMAL', wal });
  await createAll(store, rowsOf(series.warmUp, warmUp));
  await syncWith({ database: store.database, post: client.post });
  await createAll(store, rowsOf(series.work, count));
  const sample = await timed(client, () => syncWith({ database: store.database, post: client.post }));
  assert.equal(await hasUnsyncedChanges({ database: store.database }), false, 'everything is acknowledged');
  store.checkDurability();
  store.close();
  client.close();
  return sample;
}

async function firstPull({ folder, url, count, wal }) {
  const client = connect(url, deviceId);
  const store = await openStore({ folder, name: 'device', durability: 'NORMAL', wal });
  const sample = await timed(client, () => syncWith({ database: store.database, post: client.post }));
  assert.equal(await store.collection.query().fetchCount(), count, 'every row is there');
  store.checkDurability();
  store.close();
  client.close();
  return sample;
}

async function converge({ folder, url, count, wal }) {
  const client = connect(url, deviceId);
  const first = await openStore({ folder, name: 'a', durability: 'NORMAL', wal });
  const second = await openStore({ folder, name: 'b', durability: 'NORMAL', wal });
  const sync = ({ database }) => syncWith({ database, post: client.post });
  await createAll(first, rowsOf(series.work, count));
  for (const store of [first, second, first]) await sync(store);
  await editAll(first, { count, editOf: editOfFirst });
  await editAll(second, { count, editOf: editOfSecond });
  const sample = await timed(client, async () => {
    for (const store of [first, second, first]) await sync(store);
  });
  const states = [await readAll(first), await readAll(second)];
  assert.deepEqual(states[0], states[1], 'both devices hold the same');
  for (const store of [first, second]) store.close();
  client.close();
  return { ...sample, lostEdits: lostEdits(states[0], count) };
}

async function editAll({ database, collection }, { count, editOf }) {
  const records = new Map((await collection.query().fetch()).map((record) => [record.id, record]));
  const updates = Array.from({ length: count }, (_, index) =>
    records.get(rowOf(series.work, index).id).prepareUpdate((record) => {
      for (const [field, value] of Object.entries(editOf(index))) record._setRaw(field, value);
    }),
  );
  await database.write(() => database.batch(updates));
}

async function readAll({ collection }) {
  const records = await collection.query().fetch();
  const dataOf = (raw) => Object.fromEntries(fields.map((field) => [field, raw[field]]));
  return new Map(records.map((record) => [record.id, dataOf(record._raw)]).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function timed(client, work) {
  const before = { ...client.traffic };
  const start = performance.now();
  await work();
  return {
    ms: performance.now() - start,
    peakBytes: peakMemoryBytes(),
    requests: client.traffic.requests - before.requests,
    sentBytes: client.traffic.sentBytes - before.sentBytes,
    receivedBytes: client.traffic.receivedBytes - before.receivedBytes,
  };
}
