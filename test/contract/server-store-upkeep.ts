import { expect, test } from 'vitest';
import type { Write } from '../../src/server/decide/stored.ts';
import type { Bench } from './server-store-bench.ts';
import { ana, bea, put, row, verdict, wide } from './server-store-rows.ts';

/** The catalogue, the jobs and the listeners, one test per sentence. */
export function storeUpkeep(bench: Bench): void {
  catalogue(bench);
  counting(bench);
  purging(bench);
  telling(bench);
}

const quote = {
  entityType: 'quotes',
  entityId: 'q1',
  version: 1,
  deleted: false,
  dataJson: '{"text":"Be."}',
  updatedAt: 5,
};

function catalogue(bench: Bench): void {
  test('the catalogue is one for all users and has its own counter', async () => {
    const edit = { keys: [quote], work: () => [{ rows: [quote], state: { counter: 1, writtenAt: 5 } }] };
    await bench.store.editCatalogue(edit);
    for (const user of [ana, bea]) {
      await bench.see(user, (view) => {
        expect(view.catalogueRow(quote)).toEqual(quote);
        expect(view.cataloguePage([{ entityType: 'quotes', after: 0 }], wide).rows).toEqual([quote]);
        expect(view.catalogueCounter()).toBe(1);
        expect(view.user().counter).toBe(0);
      });
    }
  });

  test('a change of the catalogue knows what was there, and stands with what it came with', async () => {
    const at = (counter: number) => ({ counter, writtenAt: counter });
    await bench.store.editCatalogue({ keys: [], work: () => [{ rows: [quote], state: at(1) }] });
    await bench.store.transact({ user: ana, access: 'write' }, () => ({
      value: null,
      writes: put(row('n1', 1)),
      catalogue: {
        keys: [quote],
        work: (catalogue) => {
          const { counter } = catalogue.state();
          const rows = [{ ...quote, version: counter + 1, dataJson: `${catalogue.row(quote)?.dataJson} again` }];
          return [{ rows, state: at(counter + 1) }];
        },
      },
    }));
    const found = await bench.see(bea, (view) => view.catalogueRow(quote));
    expect(found).toMatchObject({ version: 2, dataJson: '{"text":"Be."} again' });
  });
}

function counting(bench: Bench): void {
  test('a user is uncounted from a write until it is noted that they were counted', async () => {
    const write = (counter: number): Write => ({ kind: 'user', user: { counter, writtenAt: 1 } });
    const uncounted = () => bench.store.uncounted({ after: null, limit: 9 });
    await bench.apply(ana, [write(1)]);
    await bench.apply(bea, [write(1)]);
    expect(await uncounted()).toEqual(['ana', 'bea']);
    await bench.store.transact({ user: ana, access: 'write' }, () => ({ value: 0, writes: [write(2)], counted: true }));
    expect(await uncounted()).toEqual(['bea']);
    await bench.apply(ana, [write(3)]);
    expect(await uncounted()).toEqual(['ana', 'bea']);
  });
}

function purging(bench: Bench): void {
  test('a purge forgets old tombstones only, and remembers the highest version lost by user and type', async () => {
    const dead = { deleted: true, dataJson: null };
    await bench.apply(ana, put(row('a', 1, dead), row('b', 2, dead), row('c', 9, dead), row('d', 3)));
    await bench.apply(bea, put(row('a', 4)));
    const purged = await bench.store.purge({ tombstonesBeforeMs: 50, devicesBeforeMs: 0 });
    expect(purged).toEqual({ tombstones: 2, devices: 0, results: 0, history: 0 });
    await bench.see(ana, (view) => {
      expect(view.purgedBelow('notes')).toBe(2);
      expect(view.purgedBelow('courses')).toBe(0);
      expect(view.row(row('a', 1))).toBeUndefined();
      expect(view.row(row('c', 9))).toBeDefined();
    });
    expect(await bench.see(bea, (view) => view.purgedBelow('notes'))).toBe(0);
  });

  test('a purge forgets devices that were not seen for long, with their results, and no others', async () => {
    const device = (deviceId: string, lastSeenAt: number): Write => {
      const rest = {
        registeredAt: 1,
        incarnation: 'i',
        lastSeq: 1,
        position: 1,
        appVersion: null,
        schemaVersion: null,
      };
      return { kind: 'device', device: { deviceId, lastSeenAt, ...rest } };
    };
    await bench.apply(ana, [device('old', 10), device('new', 90)]);
    await bench.apply(ana, [
      { kind: 'verdict', verdict: verdict('c1', { deviceId: 'old' }) },
      { kind: 'verdict', verdict: verdict('c2', { deviceId: 'new' }) },
    ]);
    const purged = await bench.store.purge({ tombstonesBeforeMs: 0, devicesBeforeMs: 50 });
    expect(purged).toEqual({ tombstones: 0, devices: 1, results: 1, history: 0 });
    await bench.see(ana, (view) => {
      expect(view.devices().map(({ deviceId }) => deviceId)).toEqual(['new']);
      expect(view.verdicts().map(({ id }) => id)).toEqual(['c2']);
    });
  });
}

function telling(bench: Bench): void {
  test('who listens for a user is told of their writes and of the catalogue, and of no other user', async () => {
    const told: string[] = [];
    const end = bench.store.changes.onChanged(ana, () => told.push('ana'));
    const write: Write = { kind: 'user', user: { counter: 1, writtenAt: 1 } };
    await bench.apply(ana, [write]);
    expect(told.length).toBeGreaterThan(0);
    end();
    told.length = 0;
    await bench.apply(ana, [write]);
    expect(told).toEqual([]);
  });
}
