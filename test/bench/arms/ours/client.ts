import { strict as assert } from 'node:assert';
import { performance } from 'node:perf_hooks';
import type { SyncOutcome } from '../../../../src/engine/device.ts';
import { peakMemoryBytes } from '../../memory.ts';
import { editOfFirst, editOfSecond, entityType, lostEdits, type Row, rowOf, rowsOf, series } from '../../workload.ts';
import type { Arm, LocalWriteJob, Sample, SyncJob } from '../arm.ts';
import { countServerRows } from '../raw/server-rows.ts';
import { type OurDevice, openOurs } from './device.ts';

/** The engine of this project: public device, SQLite storage, HTTP transport, reference server. */
export const arm: Arm = { prepare, localWrite, drain, firstPull, converge };

async function prepare(job: LocalWriteJob): Promise<void> {
  const opened = await openOurs({ folder: job.folder, name: 'device', url: null, durability: 'NORMAL' });
  await createAll(opened, { name: series.backlog, count: job.backlog });
  await opened.close();
}

async function localWrite(job: LocalWriteJob): Promise<Sample> {
  const warm = await openOurs({ folder: job.folder, name: 'f', url: null, durability: job.durability });
  await createAll(warm, { name: series.warmUp, count: job.warmUp });
  await warm.close();
  const opened = await openOurs({ folder: job.folder, name: 'device', url: null, durability: job.durability });
  const before = await pendingOf(opened);
  assert.ok(before >= job.backlog, 'the backlog is there');
  const rows = rowsOf(series.work, job.writes);
  const start = performance.now();
  for (const row of rows) await create(opened, row);
  const ms = performance.now() - start;
  assert.equal(await pendingOf(opened), before + job.writes, 'every write is in the queue');
  await opened.close();
  return { ms };
}

async function createAll(opened: OurDevice, work: { readonly name: string; readonly count: number }): Promise<void> {
  for (let index = 0; index < work.count; index++) await create(opened, rowOf(work.name, index));
}

async function create({ device }: OurDevice, { id, data }: Row): Promise<void> {
  const outcome = await device.write({ action: 'create', entityType, entityId: id, data: { ...data } });
  assert.ok(outcome.ok, outcome.ok ? '' : JSON.stringify(outcome.problem));
}

async function pendingOf({ device }: OurDevice): Promise<number> {
  const { items } = await device.status();
  return Object.values(items).reduce((sum, count) => sum + count, 0);
}

async function drain(job: SyncJob): Promise<Sample> {
  const opened = await openOurs({ ...job, name: 'device', durability: 'NORMAL' });
  if (job.warmUp > 0) await drainOnce(opened, { name: series.warmUp, count: job.warmUp });
  const sample = await drainOnce(opened, { name: series.work, count: job.count });
  assert.equal(await countServerRows(job.url), job.warmUp + job.count, 'the server holds every row');
  await opened.close();
  return sample;
}

async function drainOnce(opened: OurDevice, work: { readonly name: string; readonly count: number }): Promise<Sample> {
  await createAll(opened, work);
  assert.equal(await pendingOf(opened), work.count);
  const sample = await timed([opened], async () => succeeded(await opened.device.syncPendingChanges()));
  assert.equal(await pendingOf(opened), 0, 'everything is acknowledged');
  return sample;
}

async function firstPull(job: SyncJob): Promise<Sample> {
  const opened = await openOurs({ ...job, name: 'device', durability: 'NORMAL' });
  const sample = await timed([opened], async () => succeeded(await opened.device.pull()));
  const { types } = await opened.device.digest([entityType]);
  assert.equal(types[entityType]?.count, job.count, 'every row is there');
  await opened.close();
  return sample;
}

async function converge(job: SyncJob): Promise<Sample> {
  const first = await openOurs({ ...job, name: 'a', durability: 'NORMAL' });
  const second = await openOurs({ ...job, name: 'b', durability: 'NORMAL' });
  await createAll(first, { name: series.work, count: job.count });
  for (const { device } of [first, second, first]) succeeded(await device.syncAll());
  await editAll(first, { count: job.count, editOf: editOfFirst });
  await editAll(second, { count: job.count, editOf: editOfSecond });
  const sample = await timed([first, second], async () => {
    succeeded(await first.device.syncAll());
    succeeded(await second.device.syncAll());
    succeeded(await first.device.pull());
  });
  const states = [await statesOf(first), await statesOf(second)] as const;
  assert.deepEqual(states[0], states[1], 'both devices hold the same');
  for (const opened of [first, second]) assert.equal(await pendingOf(opened), 0, 'nothing waits');
  await first.close();
  await second.close();
  return { ...sample, lostEdits: lostEdits(states[0], job.count) };
}

async function editAll(
  { device }: OurDevice,
  work: { readonly count: number; readonly editOf: typeof editOfFirst },
): Promise<void> {
  for (let index = 0; index < work.count; index++) {
    const entityId = rowOf(series.work, index).id;
    const outcome = await device.write({ action: 'update', entityType, entityId, set: { ...work.editOf(index) } });
    assert.ok(outcome.ok, outcome.ok ? '' : JSON.stringify(outcome.problem));
  }
}

async function statesOf({ device }: OurDevice): Promise<Map<string, object>> {
  const rows = [...(await device.query({ entityType }))].sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
  return new Map(rows.map((row) => [row.entityId, row.data]));
}

function succeeded(outcome: SyncOutcome): void {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.phase}: ${outcome.reason}`);
}

async function timed(devices: readonly OurDevice[], work: () => Promise<void>): Promise<Sample> {
  const received = () => devices.reduce((sum, { traffic }) => sum + traffic.receivedBytes, 0);
  const receivedBefore = received();
  for (const { traffic } of devices) traffic.bodies.length = 0;
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const peakBytes = peakMemoryBytes();
  const bodies = devices.flatMap(({ traffic }) => traffic.bodies);
  const sentBytes = bodies.reduce<number>((sum, body) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
  return { ms, peakBytes, requests: bodies.length, sentBytes, receivedBytes: received() - receivedBefore };
}
