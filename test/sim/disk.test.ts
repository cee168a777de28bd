import { describe, expect, it } from 'vitest';
import { readMeta } from '../../src/core/sync/rows.ts';
import { drawStory } from '../../src/explore/draw-story.ts';
import { runStory } from '../../src/explore/story-run.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { memoryDisk, sqliteDisk } from '../../src/sim/disk.ts';
import { openSim } from '../../src/sim/open-sim.ts';

function count(storage: Storage, n: number): void {
  const counted = storage.transact(() => ({
    commit: [{ table: 'meta', put: { name: 'counts', value: { n } } }],
    value: null,
  }));
  expect(counted).toBeNull();
}

const counted = (storage: Storage) => storage.read((rows) => readMeta(rows, 'counts')?.n);

describe.each([
  ['memory', memoryDisk],
  ['SQLite', sqliteDisk],
])('a disk in %s', (_, newDisk) => {
  it('every commit survives a kill', () => {
    const disk = newDisk();
    count(disk.open(), 7);
    disk.kill();
    expect(counted(disk.open())).toBe(7);
  });

  it('code of a dead life can not write any more', () => {
    const disk = newDisk();
    const dead = disk.open();
    count(dead, 1);
    disk.kill();
    expect(() => count(dead, 2)).toThrow(expect.objectContaining({ code: 'closed' }));
    expect(counted(disk.open())).toBe(1);
  });

  it('a power cut takes exactly the last commits that were not synced', () => {
    const disk = newDisk(2);
    const storage = disk.open();
    for (const n of [1, 2, 3]) count(storage, n);
    disk.cutPower(2);
    expect(counted(disk.open())).toBe(1);
  });

  it('a power cut never takes more than the disk keeps unsynced', () => {
    const disk = newDisk(1);
    const storage = disk.open();
    for (const n of [1, 2, 3]) count(storage, n);
    disk.cutPower(9);
    expect(counted(disk.open())).toBe(2);
  });

  it('a second power cut takes nothing of what the phone booted with', () => {
    const disk = newDisk(9);
    const storage = disk.open();
    for (const n of [1, 2, 3]) count(storage, n);
    disk.cutPower(1);
    count(disk.open(), 7);
    disk.cutPower(9);
    expect(counted(disk.open())).toBe(2);
  });

  it('a copy stays as it was, and takes the place of the data', () => {
    const disk = newDisk(2);
    count(disk.open(), 1);
    const copy = disk.copy();
    disk.kill();
    count(disk.open(), 2);
    disk.kill();
    disk.load(copy);
    expect(counted(disk.open())).toBe(1);
    disk.cutPower(2);
    expect(counted(disk.open())).toBe(1);
  });

  it('a power cut takes nothing from before the store was closed in good order', () => {
    const disk = newDisk(9);
    count(disk.open(), 1);
    disk.shut();
    count(disk.open(), 2);
    disk.cutPower(9);
    expect(counted(disk.open())).toBe(1);
  });
});

it('a story comes to the same end on both disks, event by event', async () => {
  const story = drawStory('disks/1', { operations: 20 });
  const played = async (disk: string) => (await runStory({ ...story, disk }, 'disks/1', { open: openSim })).hash;
  expect(await played('sqlite')).toBe(await played('memory'));
});
