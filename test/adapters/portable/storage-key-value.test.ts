import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openKeyValueStorage } from '../../../src/adapters/portable/storage-key-value.ts';
import type { Write } from '../../../src/core/sync/rows.ts';
import type { TableName } from '../../../src/core/sync/tables.ts';
import { textOf } from '../../contract/failing-storage.ts';
import { agreesWithModel, NaiveStore, story } from '../../contract/storage-model.ts';
import { anItem, aRecord, aSequence } from '../../contract/storage-rows.ts';
import { commit, look, storageSuite } from '../../contract/storage-suite.ts';
import { dialects, FaultyStore } from './faulty-store.ts';

/** So small that a dozen commits are cut into parts and folded into pages several times. */
const tight = { valueUnits: 1_000, logUnits: 3_000 };

for (const dialect of dialects) {
  storageSuite(`the key-value store on ${dialect}`, async () => {
    const data = new Map<string, string>();
    const storage = await openKeyValueStorage({ store: new FaultyStore(data, dialect), ...tight });
    return {
      storage,
      afterKill: () => openKeyValueStorage({ store: new FaultyStore(new Map(data), dialect), ...tight }),
      end: () => storage.close(),
    };
  });
}

/** Commits of one record each, long ones among them, that grow, change and shrink the content. */
const commits: readonly (readonly Write[])[] = Array.from({ length: 14 }, (_, n) => [
  {
    table: 'records',
    put: aRecord(`r${n % 5}`, { era: n, local: { note: '\u{1f600}x'.repeat(n % 4 === 0 ? 700 : 40) } }),
  },
  { table: 'items', put: anItem(`i${n}`, n, { parents: [`p/${n % 3}`] }) },
  { table: 'items', remove: [`i${n - 3}`] },
  { table: 'meta', put: aSequence(n) },
]);

/** The content after each number of commits. */
const contents = [...commits.keys(), commits.length].map((count) => {
  const model = new NaiveStore();
  for (const writes of commits.slice(0, count)) model.apply(writes);
  return textOf({ scan: (table: TableName) => model.scan(table, {}) } as never);
});

/** Runs the commits; says what the content has to be by the answers, and which commit was refused first. */
async function runCommits(store: FaultyStore) {
  const model = new NaiveStore();
  let refused: readonly Write[] | null = null;
  try {
    const storage = await openKeyValueStorage({ store, ...tight });
    for (const writes of commits) {
      const answer = await commit(storage, ...writes).then(
        () => 'kept',
        (error: Error) => error.name,
      );
      if (answer === 'kept') model.apply(writes);
      else refused ??= writes;
      expect(['kept', 'StorageError']).toContain(answer);
    }
    await storage.close();
  } catch (error) {
    expect(error).toMatchObject({ name: 'StorageError', code: 'unavailable' });
  }
  return { model, refused };
}

const textOfModel = (model: NaiveStore): string =>
  textOf({ scan: (table: TableName) => model.scan(table, {}) } as never);

describe('the key-value store', () => {
  it('answers as a naive model does, before and after it is opened again', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const store = new FaultyStore(new Map(), 'three calls');
        const storage = await openKeyValueStorage({ store, ...tight });
        await agreesWithModel(storage, steps);
        const before = await look(storage, textOf);
        await storage.close();
        expect(await look(await openKeyValueStorage({ store, ...tight }), textOf)).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  for (const dialect of dialects) {
    it(`one failing call, any of them, keeps what was answered and nothing else (${dialect})`, async () => {
      const calls = await callsOf(dialect);
      for (const how of ['before', 'after'] as const) {
        for (let k = 1; k <= calls; k += 1) {
          const data = new Map<string, string>();
          const { model } = await runCommits(new FaultyStore(data, dialect, { how, at: k }));
          const again = await openKeyValueStorage({ store: new FaultyStore(data, dialect), ...tight });
          expect(await look(again, textOf), `call ${k} fails ${how} its effect`).toBe(textOfModel(model));
        }
      }
    });

    it(`killed at any call, it holds what was answered, and the commit under way whole or not at all (${dialect})`, async () => {
      const calls = await callsOf(dialect);
      const outcomes = new Set<string>();
      for (const how of ['dead before', 'dead after'] as const) {
        for (let k = 1; k <= calls; k += 1) {
          const data = new Map<string, string>();
          const { model, refused } = await runCommits(new FaultyStore(data, dialect, { how, at: k }));
          const without = textOfModel(model);
          if (refused !== null) model.apply(refused);
          const again = await openKeyValueStorage({ store: new FaultyStore(data, dialect), ...tight });
          const found = await look(again, textOf);
          outcomes.add(found === without ? 'without' : 'with');
          expect([without, textOfModel(model)], `${how} call ${k}`).toContain(found);
          await commit(again, { table: 'records', put: aRecord('later') });
        }
      }
      expect([...outcomes].sort()).toEqual(['with', 'without']);
    });
  }

  it('leaves nothing behind but its content, however often it was killed', async () => {
    const calls = await callsOf('three calls');
    for (let k = 1; k <= calls; k += 1) {
      const data = new Map<string, string>();
      await runCommits(new FaultyStore(data, 'three calls', { how: 'dead before', at: k }));
      const again = await openKeyValueStorage({
        store: new FaultyStore(data, 'three calls'),
        valueUnits: 1_000,
        logUnits: 1,
      });
      await commit(again, { table: 'meta', put: aSequence(99) });
      await again.close();
      const root = JSON.parse(data.get('guras-sync/root')?.slice(8) ?? '') as { generation: number; from: number };
      const counts = (key: string): boolean => {
        const [, kind, number] = key.split('/');
        return kind === 'log' ? Number(number) >= root.from : kind !== 'page' || Number(number) === root.generation;
      };
      expect(
        [...data.keys()].filter((key) => !counts(key)),
        `killed at call ${k}`,
      ).toEqual([]);
    }
  });

  it('readers never see a commit before it is durable', async () => {
    const store = new FaultyStore(new Map(), 'three calls');
    const storage = await openKeyValueStorage({ store });
    await commit(storage, { table: 'meta', put: aSequence(1) });
    const pending = commit(storage, { table: 'meta', put: aSequence(2) });
    await store.during('setItem', async () => {
      expect(await look(storage, (rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(1));
    });
    await pending;
    expect(await look(storage, (rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(2));
  });

  it('keeps to its own keys, and two devices in one store stay apart', async () => {
    const data = new Map([['persist:root', '{"a":1}']]);
    const one = await openKeyValueStorage({ store: new FaultyStore(data, 'three calls'), name: 'one', ...tight });
    const two = await openKeyValueStorage({ store: new FaultyStore(data, 'three calls'), name: 'two', ...tight });
    for (const writes of commits) await commit(one, ...writes);
    expect(await look(one, textOf)).toBe(contents.at(-1));
    expect(await look(two, textOf)).toBe(contents[0]);
    expect(data.get('persist:root')).toBe('{"a":1}');
    expect([...data.keys()].filter((key) => !/^(one|two)\//.test(key))).toEqual(['persist:root']);
  });

  it('writes no value longer than asked, and no half of a pair', async () => {
    const data = new Map<string, string>();
    const storage = await openKeyValueStorage({ store: new FaultyStore(data, 'three calls'), ...tight });
    for (const writes of commits) {
      await commit(storage, ...writes);
      for (const value of data.values()) {
        expect(value.length).toBeLessThanOrEqual(tight.valueUnits);
        expect(encodeURIComponent(value)).not.toBe('');
      }
    }
  });

  it('refuses values of another program, a newer format, and anything damaged or lost', async () => {
    const fresh = async () => {
      const data = new Map<string, string>();
      const storage = await openKeyValueStorage({ store: new FaultyStore(data, 'three calls'), ...tight });
      for (const writes of commits) await commit(storage, ...writes);
      await storage.close();
      return data;
    };
    const opened = (data: Map<string, string>) =>
      openKeyValueStorage({ store: new FaultyStore(data, 'three calls'), ...tight });
    await expect(opened(new Map([['guras-sync/root', 'hello']]))).rejects.toMatchObject({ code: 'foreign' });
    for (const key of (await fresh()).keys()) {
      const data = await fresh();
      const value = data.get(key) ?? '';
      data.set(key, `${value.slice(0, 12)}!${value.slice(13)}`);
      if (!key.endsWith('/made'))
        await expect(opened(data), `damaged ${key}`).rejects.toMatchObject({ code: 'corrupt' });
      const lost = await fresh();
      lost.delete(key);
      const isNewestCommit =
        key ===
        [...lost.keys(), key]
          .filter((name) => /log\/\d+$/.test(name))
          .sort(byNumber)
          .at(-1);
      if (key.endsWith('/made') || isNewestCommit) continue;
      await expect(opened(lost), `lost ${key}`).rejects.toMatchObject({ code: 'corrupt' });
    }
    const { frame } = await import('../../../src/adapters/portable/key-value-format.ts');
    const newer = new Map([['guras-sync/root', frame('{"app":"guras-sync","format":2}')]]);
    await expect(opened(newer)).rejects.toMatchObject({ code: 'too-new' });
    expect(newer.size).toBe(1);
  });
});

const byNumber = (a: string, b: string): number => Number(a.split('/')[2]) - Number(b.split('/')[2]);

async function callsOf(dialect: (typeof dialects)[number]): Promise<number> {
  const store = new FaultyStore(new Map(), dialect);
  await runCommits(store);
  return store.calls;
}
