import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import type { Write } from '../../../src/core/sync/rows.ts';
import { failingStorage } from '../../contract/failing-storage.ts';
import { agreesWithModel, story } from '../../contract/storage-model.ts';
import { anItem, aRecord } from '../../contract/storage-rows.ts';
import { commit, storageSuite } from '../../contract/storage-suite.ts';

storageSuite('the memory store', () => {
  const storage = openMemoryStorage({ freeze: true });
  return {
    storage,
    afterKill: () => openMemoryStorage({ image: storage.snapshot() }),
    end: () => storage.close(),
  };
});

describe('the memory store', () => {
  it('answers as a naive model does', async () => {
    await fc.assert(
      fc.asyncProperty(story, (steps) => agreesWithModel(openMemoryStorage(), steps)),
      { numRuns: 150 },
    );
  });

  it('goes back to any image, as often as asked, whatever was written since', async () => {
    const storage = openMemoryStorage();
    const images = [{ image: storage.snapshot(), dump: storage.dump() }];
    for (let n = 0; n < 300; n += 1) {
      await commit(storage, { table: 'items', put: anItem(`i${(n * 7) % 101}`, (n * 7) % 101, { retryCount: n }) });
      if (n % 3 === 0) await commit(storage, { table: 'items', remove: [`i${n % 101}`] });
      if (n % 20 === 0) images.push({ image: storage.snapshot(), dump: storage.dump() });
    }
    for (const { image, dump } of [...images, ...images.reverse()]) {
      storage.restore(image);
      expect(storage.dump()).toBe(dump);
      await commit(storage, { table: 'items', put: anItem('later', 1_000) }, { table: 'items', remove: ['i7'] });
      expect(openMemoryStorage({ image }).dump()).toBe(dump);
    }
  });

  it('holds 100,000 rows in order', async () => {
    const storage = openMemoryStorage();
    const writes = Array.from({ length: 100_000 }, (_, n): Write => {
      const at = (n * 70_001) % 100_000;
      return { table: 'records', put: aRecord(String(at).padStart(6, '0')) };
    });
    await commit(storage, ...writes.slice(0, 50_000));
    await commit(storage, ...writes.slice(50_000));
    const found = storage.read((rows) => rows.scan('records', { after: ['session', '054320'], limit: 2 }));
    expect(found.map((row) => row.entityId)).toEqual(['054321', '054322']);
    expect(storage.read((rows) => rows.count('records'))).toBe(100_000);
  });

  it('a planted failure keeps nothing, and the next write goes through', async () => {
    const storage = failingStorage(openMemoryStorage(), { fails: (n) => n === 2 });
    await commit(storage, { table: 'records', put: aRecord('a') });
    await expect(commit(storage, { table: 'records', put: aRecord('b') })).rejects.toMatchObject({ code: 'full' });
    await commit(storage, { table: 'records', put: aRecord('c') });
    expect(storage.read((rows) => rows.scan('records').map((row) => row.entityId))).toEqual(['a', 'c']);
  });

  it('refuses a transaction inside another one', () => {
    const storage = openMemoryStorage();
    expect(() => storage.read(() => storage.read(() => null))).toThrow('does not start inside');
  });
});
