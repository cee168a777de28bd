import { strict as assert } from 'node:assert';
import { performance } from 'node:perf_hooks';
import { peakMemoryBytes } from '../../memory.ts';
import { editOfFirst, editOfSecond, lostEdits, type Row, rowOf, rowsOf, series } from '../../workload.ts';
import type { Arm, LocalWriteJob, Sample, SyncJob } from '../arm.ts';
import { openDevice, type RawDevice } from './device.ts';
import { countServerRows } from './server-rows.ts';

/** The yardstick: the least code that does the same durable work and moves the same bytes. */
export const arm: Arm = { prepare, localWrite, drain, firstPull, converge };

async function prepare(job: LocalWriteJob): Promise<void> {
  const device = openDevice({ folder: job.folder, name: 'device', url: null, durability: 'NORMAL' });
  for (let index = 0; index < job.backlog; index++) create(device, rowOf(series.backlog, index));
  device.close();
}

async function localWrite(job: LocalWriteJob): Promise<Sample> {
  const warm = openDevice({ folder: job.folder, name: 'f', url: null, durability: job.durability });
  for (const row of rowsOf(series.warmUp, job.warmUp)) create(warm, row);
  warm.close();
  const device = openDevice({ folder: job.folder, name: 'device', url: null, durability: job.durability });
  const before = device.pending();
  const rows = rowsOf(series.work, job.writes);
  const start = performance.now();
  for (const row of rows) create(device, row);
  const ms = performance.now() - start;
  assert.equal(device.pending(), before + job.writes, 'every write is in the queue');
  device.close();
  return { ms };
}

function create(device: RawDevice, { id, data }: Row): void {
  device.write({ id, set: data, whole: data, base: null });
}

async function drain(job: SyncJob): Promise<Sample> {
  const device = openDevice({ ...job, name: 'device', durability: 'NORMAL' });
  await drainOnce(device, { name: series.warmUp, count: job.warmUp });
  const sample = await drainOnce(device, { name: series.work, count: job.count });
  assert.equal(await countServerRows(job.url), job.warmUp + job.count, 'the server holds every row');
  device.close();
  return sample;
}

async function drainOnce(device: RawDevice, { name, count }: { readonly name: string; readonly count: number }) {
  for (const row of rowsOf(name, count)) create(device, row);
  assert.equal(device.pending(), count);
  const sample = await timed([device], device.push);
  assert.equal(device.pending(), 0, 'everything is acknowledged');
  return sample;
}

async function firstPull(job: SyncJob): Promise<Sample> {
  const device = openDevice({ ...job, name: 'device', durability: 'NORMAL' });
  const sample = await timed([device], device.pull);
  const held = device.records().size;
  assert.equal(held, job.count, 'every row is there');
  device.close();
  return sample;
}

async function converge(job: SyncJob): Promise<Sample> {
  const first = openDevice({ ...job, name: 'a', durability: 'NORMAL' });
  const second = openDevice({ ...job, name: 'b', durability: 'NORMAL' });
  for (const row of rowsOf(series.work, job.count)) create(first, row);
  await first.push();
  await first.pull();
  await second.pull();
  edit(first, { count: job.count, editOf: editOfFirst });
  edit(second, { count: job.count, editOf: editOfSecond });
  const sample = await timed([first, second], async () => {
    await first.push();
    await second.pull();
    await second.push();
    await first.pull();
  });
  const states = [first.records(), second.records()] as const;
  assert.deepEqual(states[0], states[1], 'both devices hold the same');
  first.close();
  second.close();
  return { ...sample, lostEdits: lostEdits(states[0], job.count) };
}

function edit(device: RawDevice, work: { readonly count: number; readonly editOf: typeof editOfFirst }): void {
  for (let index = 0; index < work.count; index++) {
    const { id, data } = rowOf(series.work, index);
    const set = work.editOf(index);
    device.write({ id, set, whole: { ...data, ...set }, base: 1 });
  }
}

async function timed(devices: readonly RawDevice[], work: () => Promise<void>): Promise<Sample> {
  const total = (name: keyof RawDevice['traffic']) => devices.reduce((sum, { traffic }) => sum + traffic[name], 0);
  const before = { requests: total('requests'), sent: total('sentBytes'), received: total('receivedBytes') };
  const start = performance.now();
  await work();
  return {
    ms: performance.now() - start,
    peakBytes: peakMemoryBytes(),
    requests: total('requests') - before.requests,
    sentBytes: total('sentBytes') - before.sent,
    receivedBytes: total('receivedBytes') - before.received,
  };
}
