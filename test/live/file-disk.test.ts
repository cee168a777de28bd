import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readMeta } from '../../src/core/sync/rows.ts';
import { FileDisk } from '../../src/live/file-disk.ts';
import type { Storage } from '../../src/ports/storage.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guras-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function count(storage: Storage, n: number): Promise<void> {
  await storage.transact(() => ({
    commit: [{ table: 'meta', put: { name: 'counts', value: { n } } }],
    value: null,
  }));
}

it('a killed life leaves its commits in the write-ahead log, where the next life finds them', async () => {
  const disk = new FileDisk(folder, 'phone');
  await count(disk.open(), 7);
  disk.kill();
  expect(existsSync(`${disk.path}-wal`)).toBe(true);
  expect(readFileSync(`${disk.path}-wal`).length).toBeGreaterThan(0);
  const next = disk.open();
  expect(await next.read((rows) => readMeta(rows, 'counts')?.n)).toBe(7);
  disk.kill();
});

it('code of a dead life can not write any more', () => {
  const disk = new FileDisk(folder, 'phone');
  const dead = disk.open();
  disk.kill();
  expect(() => dead.foreignChanges()).toThrow(expect.objectContaining({ code: 'closed' }));
});

it.each([
  { lost: 0, left: 3 },
  { lost: 2, left: 1 },
  { lost: 9, left: undefined },
])('a power cut that takes $lost of the commits in the log takes the last ones, whole', async ({ lost, left }) => {
  const disk = new FileDisk(folder, 'phone');
  const made = disk.open();
  await made.transact(() => ({ commit: [], value: null }));
  disk.shut();
  const storage = disk.open();
  for (const n of [1, 2, 3]) await count(storage, n);
  disk.cutPower(lost);
  const next = disk.open();
  expect(await next.read((rows) => readMeta(rows, 'counts')?.n)).toBe(left);
  await count(next, 4);
  expect(await next.read((rows) => readMeta(rows, 'counts')?.n)).toBe(4);
  disk.kill();
});

it('a second power cut takes nothing of what the phone booted with', async () => {
  const disk = new FileDisk(folder, 'phone');
  const made = disk.open();
  await made.transact(() => ({ commit: [], value: null }));
  disk.shut();
  const storage = disk.open();
  for (const n of [1, 2, 3]) await count(storage, n);
  disk.cutPower(1);
  await count(disk.open(), 7);
  disk.cutPower(9);
  expect(await disk.open().read((rows) => readMeta(rows, 'counts')?.n)).toBe(2);
  disk.kill();
});

it('a power cut right after a start takes nothing', () => {
  const disk = new FileDisk(folder, 'phone');
  disk.open();
  disk.shut();
  disk.open();
  disk.cutPower(5);
  expect(disk.open().foreignChanges()).toEqual(expect.any(Number));
  disk.kill();
});

it('a copy made while the app runs stays as it was, and takes the place of the data of any disk', async () => {
  const disk = new FileDisk(folder, 'phone');
  const storage = disk.open();
  await count(storage, 1);
  const copy = disk.copy();
  await count(storage, 2);
  const other = new FileDisk(folder, 'tablet');
  await count(other.open(), 9);
  other.kill();
  other.load(copy);
  expect(await other.open().read((rows) => readMeta(rows, 'counts')?.n)).toBe(1);
  expect(await storage.read((rows) => readMeta(rows, 'counts')?.n)).toBe(2);
  disk.kill();
  other.kill();
});
