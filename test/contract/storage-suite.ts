import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rows, Write } from '../../src/core/sync/rows.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { textOf } from './failing-storage.ts';
import { oddTexts } from './odd-texts.ts';
import { aConflict, anAcknowledged, anItem, aRecord, aSequence } from './storage-rows.ts';

/** One adapter under test, fresh for each test. */
export interface StorageHarness {
  readonly storage: Storage;
  /** The same data as another process finds it after this one was killed now. */
  readonly afterKill: () => Promise<Storage> | Storage;
  readonly end: () => Promise<void> | void;
}

/** Commits writes; a promise, whatever the adapter is, and rejected where the adapter throws. */
export async function commit(storage: Storage, ...writes: readonly Write[]): Promise<void> {
  await storage.transact(() => ({ commit: writes, value: null }));
}

/** What a view answers; a promise, whatever the adapter is, and rejected where the adapter throws. */
export async function look<T>(storage: Storage, work: (rows: Rows) => T): Promise<T> {
  return storage.read(work);
}

/** The harness of the test that runs now. */
interface Bench {
  harness: StorageHarness;
  storage: Storage;
}

/** One test per sentence of the contract in `ports/storage`, for one adapter. */
export function storageSuite(name: string, make: () => Promise<StorageHarness> | StorageHarness): void {
  describe(`${name} keeps the contract of a store`, () => {
    const bench = {} as Bench;
    beforeEach(async () => {
      bench.harness = await make();
      bench.storage = bench.harness.storage;
    });
    afterEach(() => bench.harness.end());
    for (const group of [commits, refusals, replacing, contents, scans, connections]) group(bench);
  });
}

function commits(bench: Bench): void {
  it('work sees all earlier commits', async () => {
    const { storage } = bench;
    await commit(storage, { table: 'records', put: aRecord('a') });
    await commit(storage, { table: 'records', put: aRecord('b') });
    const seen = await storage.transact((rows) => ({
      commit: [],
      value: rows.scan('records').map((r) => r.entityId),
    }));
    expect(seen).toEqual(['a', 'b']);
  });

  it('work gives its value back', async () => {
    const { storage } = bench;
    const value = await storage.transact(() => ({ commit: [{ table: 'meta', put: aSequence(1) }], value: { n: 7 } }));
    expect(value).toEqual({ n: 7 });
  });

  it('a commit survives a kill right after the answer', async () => {
    const { harness, storage } = bench;
    for (let n = 1; n <= 5; n += 1) {
      await commit(storage, { table: 'records', put: aRecord(`r${n}`) }, { table: 'meta', put: aSequence(n) });
      const other = await harness.afterKill();
      expect(await look(other, textOf)).toBe(await look(storage, textOf));
      await other.close();
    }
  });

  it('transactions that begin together never overlap', async () => {
    const { storage } = bench;
    const add = () =>
      storage.transact((rows) => {
        const before = rows.get('meta', ['sequence'])?.value as { item: number } | undefined;
        return { commit: [{ table: 'meta', put: aSequence((before?.item ?? 0) + 1) }], value: null };
      });
    await Promise.all(Array.from({ length: 20 }, async () => add()));
    const row = await look(storage, (rows) => rows.get('meta', ['sequence']));
    expect(row).toEqual(aSequence(20));
  });

  it('work runs exactly once', async () => {
    const { storage } = bench;
    let runs = 0;
    await storage.transact(() => {
      runs += 1;
      return { commit: [{ table: 'meta', put: aSequence(runs) }], value: null };
    });
    expect(runs).toBe(1);
  });
}

function refusals(bench: Bench): void {
  it('work that throws writes nothing, and its error passes through', async () => {
    const { storage } = bench;
    await commit(storage, { table: 'records', put: aRecord('a') });
    const before = await look(storage, textOf);
    const failure = new Error('no');
    const run = async () =>
      storage.transact(() => {
        throw failure;
      });
    await expect(run()).rejects.toBe(failure);
    expect(await look(storage, textOf)).toBe(before);
    await commit(storage, { table: 'records', put: aRecord('b') });
    expect(await look(storage, (rows) => rows.count('records'))).toBe(2);
  });

  it('a commit with a row that has no key keeps nothing of itself', async () => {
    const { storage } = bench;
    await commit(storage, { table: 'items', put: anItem('a', 1) });
    const before = await look(storage, textOf);
    const broken = { table: 'items', put: { ...anItem('b', 2), parents: null } } as unknown as Write;
    await expect(commit(storage, { table: 'items', put: anItem('c', 3) }, broken)).rejects.toThrow(TypeError);
    expect(await look(storage, textOf)).toBe(before);
    expect(await look(storage, (rows) => rows.scan('items', { index: 'byState' }).length)).toBe(1);
  });

  it('writes are applied in order', async () => {
    const { storage } = bench;
    await commit(
      storage,
      { table: 'records', put: aRecord('a', { era: 1 }) },
      { table: 'records', put: aRecord('a', { era: 2 }) },
      { table: 'records', put: aRecord('b') },
      { table: 'records', remove: ['session', 'b'] },
      { table: 'records', remove: ['session', 'c'] },
      { table: 'records', put: aRecord('c') },
    );
    const rows = await look(storage, (view) => view.scan('records'));
    expect(rows).toEqual([aRecord('a', { era: 2 }), aRecord('c')]);
  });
}

function replacing(bench: Bench): void {
  it('a put replaces the row with its key in every index', async () => {
    const { storage } = bench;
    await commit(storage, { table: 'items', put: anItem('a', 1, { parents: ['p/1', 'p/2'], group: 'g' }) });
    await commit(storage, { table: 'items', put: anItem('a', 9, { parents: ['p/2', 'p/3'], state: 'parked' }) });
    const found = await look(storage, (rows) => ({
      all: rows.count('items'),
      pending: rows.count('items', { index: 'byState', prefix: ['pending'] }),
      parked: rows.scan('items', { index: 'byState', prefix: ['parked'] }).map((item) => item.seq),
      group: rows.count('items', { index: 'byGroup' }),
      parents: ['p/1', 'p/2', 'p/3'].map((parent) => rows.count('items', { index: 'byParent', prefix: [parent] })),
      behind: rows.scan('items', { index: 'byState', after: ['parked', 1] }).map((item) => item.id),
    }));
    expect(found).toEqual({ all: 1, pending: 0, parked: [9], group: 0, parents: [0, 1, 1], behind: ['a'] });
  });

  it('a removed row is in no index', async () => {
    const { storage } = bench;
    const item = anItem('a', 1, { parents: ['p/1'], group: 'g' });
    await commit(storage, { table: 'items', put: item });
    await commit(storage, { table: 'items', remove: ['a'] });
    const counts = await look(storage, (rows) =>
      ['byEntity', 'byState', 'byGroup', 'byParent'].map((index) => rows.count('items', { index })),
    );
    expect(counts).toEqual([0, 0, 0, 0]);
  });

  it('removing an absent key is no error', async () => {
    const { storage } = bench;
    await commit(storage, { table: 'items', remove: ['nobody'] }, { table: 'conflicts', remove: ['nobody'] });
    expect(await look(storage, (rows) => rows.count('items'))).toBe(0);
  });

  it('two rows may share an index key between two writes of one commit', async () => {
    const { storage } = bench;
    await commit(storage, { table: 'conflicts', put: aConflict('old', 'e') });
    await commit(storage, { table: 'conflicts', put: aConflict('new', 'e') }, { table: 'conflicts', remove: ['old'] });
    const found = await look(storage, (rows) =>
      rows.scan('conflicts', { index: 'byEntity', prefix: ['session', 'e'] }),
    );
    expect(found).toEqual([aConflict('new', 'e')]);
  });
}

function contents(bench: Bench): void {
  it('rows come back equal, whatever JSON they hold', async () => {
    const { harness, storage } = bench;
    const data = JSON.parse('{"__proto__":{"x":1},"big":9007199254740993,"e":1e-7,"nested":[[[{"":null}]]]}');
    const texts = Object.fromEntries(oddTexts.map((text) => [`k${text}`, text]));
    const row = aRecord('a', { local: { ...texts, data, note: 'x'.repeat(100_000) } });
    await commit(storage, { table: 'records', put: row });
    const found = await look(await harness.afterKill(), (rows) => rows.get('records', ['session', 'a']));
    expect(found).toEqual(JSON.parse(JSON.stringify(row)));
    expect(Object.keys((found?.local?.data as object) ?? {})).toContain('__proto__');
  });

  it('changing an object that was put changes nothing in the store', async () => {
    const { storage } = bench;
    const row = aRecord('a', { local: { tags: ['calm'] } });
    await commit(storage, { table: 'records', put: row });
    const tags = row.local?.tags as unknown as string[];
    try {
      tags.push('changed');
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
    }
    const found = await look(storage, (rows) => rows.get('records', ['session', 'a']));
    expect(found?.local).toEqual({ tags: ['calm'] });
  });

  it('a scan is in key order, numbers before texts, texts by UTF-16 code unit', async () => {
    const { storage } = bench;
    const shuffled = oddTexts.map((_, at) => oddTexts[(at * 7) % oddTexts.length] as string);
    expect(new Set(shuffled).size).toBe(oddTexts.length);
    await commit(storage, ...shuffled.map((id): Write => ({ table: 'records', put: aRecord(id) })));
    const forward = await look(storage, (rows) => rows.scan('records').map((row) => row.entityId));
    expect(forward).toEqual([...oddTexts]);
    const back = await look(storage, (rows) => rows.scan('records', { reverse: true }).map((row) => row.entityId));
    expect(back).toEqual([...oddTexts].reverse());
    const mixed = [9, 10, -1, 0.5, '10', '9'].map((n, at) => anAcknowledged(`id${at}`, n as number));
    await commit(storage, ...mixed.map((put): Write => ({ table: 'journal', put })));
    const times = await look(storage, (rows) => rows.scan('journal', { index: 'byTime' }).map((row) => row.ackedAt));
    expect(times).toEqual([-1, 0.5, 9, 10, '10', '9']);
  });
}

function scans(bench: Bench): void {
  it('every odd text is found as a key, followed and removed', async () => {
    const { storage } = bench;
    await commit(storage, ...oddTexts.map((id): Write => ({ table: 'records', put: aRecord(id, { naturalKey: id }) })));
    for (const [at, text] of oddTexts.entries()) {
      const found = await look(storage, (rows) => ({
        row: rows.get('records', ['session', text]),
        next: rows.scan('records', { prefix: ['session'], after: ['session', text], limit: 1 })[0]?.entityId,
        natural: rows.scan('records', { index: 'byNaturalKey', prefix: ['session', text] }).map((row) => row.entityId),
      }));
      expect(found).toEqual({ row: aRecord(text, { naturalKey: text }), next: oddTexts[at + 1], natural: [text] });
    }
    for (const text of oddTexts) await commit(storage, { table: 'records', remove: ['session', text] });
    expect(await look(storage, (rows) => rows.count('records'))).toBe(0);
  });

  it('a scan starts after a key, whether a row has it or not', async () => {
    const { storage } = bench;
    await commit(storage, ...[1, 2, 4, 5].map((n): Write => ({ table: 'items', put: anItem(`i${n}`, n) })));
    const seqs = (scan: object) =>
      look(storage, (rows) => rows.scan('items', { index: 'byState', prefix: ['pending'], ...scan }).map((i) => i.seq));
    expect(await seqs({ after: ['pending', 2, 'i2'], limit: 1 })).toEqual([4]);
    expect(await seqs({ after: ['pending', 3, 'i3'] })).toEqual([4, 5]);
    expect(await seqs({ after: ['pending', 4, 'i4'], reverse: true })).toEqual([2, 1]);
    expect(await seqs({ after: ['pending'] })).toEqual([1, 2, 4, 5]);
    expect(await seqs({ after: ['parked', 9] })).toEqual([1, 2, 4, 5]);
    expect(await seqs({ after: ['parked', 9], reverse: true })).toEqual([]);
    expect(await seqs({ after: ['waiting', 0] })).toEqual([]);
    expect(await seqs({ reverse: true, limit: 2 })).toEqual([5, 4]);
  });

  it('reads answer together from one state', async () => {
    const { storage } = bench;
    await commit(storage, { table: 'items', put: anItem('a', 1) }, { table: 'records', put: aRecord('a') });
    const counts = await look(storage, (rows) => [rows.count('items'), rows.scan('records').length]);
    expect(counts).toEqual([1, 1]);
  });
}

function connections(bench: Bench): void {
  it('own writes are not foreign changes', async () => {
    const { storage } = bench;
    const before = storage.foreignChanges();
    await commit(storage, { table: 'meta', put: aSequence(1) });
    expect(storage.foreignChanges()).toBe(before);
  });

  it('after close every call fails with code closed', async () => {
    const { storage } = bench;
    await storage.close();
    await expect(commit(storage)).rejects.toMatchObject({ name: 'StorageError', code: 'closed' });
    await expect(look(storage, textOf)).rejects.toMatchObject({ name: 'StorageError', code: 'closed' });
  });
}
