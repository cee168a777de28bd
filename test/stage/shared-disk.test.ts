import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import { SharedDisk } from '../../src/stage/shared-disk.ts';
import { aSequence } from '../contract/storage-rows.ts';

function shared() {
  const ends: string[] = [];
  const disk = new SharedDisk({
    open: () => new MemoryStorage({}),
    kill: () => ends.push('kill'),
    shut: () => ends.push('shut'),
  });
  return { disk, ends };
}

describe('a disk that processes share', () => {
  it('shows each what the other wrote, and counts it as foreign there only', async () => {
    const { disk } = shared();
    const [one, other] = [await disk.end().open(), await disk.end().open()];
    await one.transact(() => ({ commit: [{ table: 'meta', put: aSequence(1) }], value: null }));
    expect([one.foreignChanges(), other.foreignChanges()]).toEqual([0, 1]);
    expect(await other.read((rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(1));
    await other.transact(() => ({ commit: [], value: null }));
    expect(one.foreignChanges()).toBe(0);
  });

  it('is left when the last process ends, and its data are neither copied nor cut under the others', async () => {
    const { disk, ends } = shared();
    const [one, other] = [disk.end(), disk.end()];
    await one.open();
    await other.open();
    one.kill();
    expect(ends).toEqual([]);
    other.shut();
    other.shut();
    expect(ends).toEqual(['shut']);
    expect(() => one.copy()).toThrow('processes share');
    expect(() => one.cutPower(1)).toThrow('processes share');
  });
});
