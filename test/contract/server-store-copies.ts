import { expect, test } from 'vitest';
import { brandId, type Epoch } from '../../src/core/ids.ts';
import { StoreError } from '../../src/server/store/store-error.ts';
import { oddTexts } from './odd-texts.ts';
import type { Bench } from './server-store-bench.ts';
import { ana, bea, entry, put, row, verdict } from './server-store-rows.ts';

/** Copies of everything a store holds, one test per sentence. */
export function storeCopies(bench: Bench): void {
  wholeCopies(bench);
  copiesAndLaterWrites(bench);
}

function wholeCopies(bench: Bench): void {
  test('a copy brings back everything as it was, after a detour through a file', async () => {
    const device = {
      deviceId: 'phone',
      registeredAt: 1,
      lastSeenAt: 2,
      incarnation: null,
      lastSeq: 3,
      position: null,
      appVersion: null,
      schemaVersion: 5,
    };
    const quote = { entityType: 'quotes', entityId: 'q1', version: 1, deleted: false, dataJson: '{}', updatedAt: 5 };
    await bench.store.editCatalogue({ keys: [], work: () => [{ rows: [quote], state: { counter: 1, writtenAt: 5 } }] });
    await bench.apply(ana, [
      { kind: 'user', user: { counter: 7, writtenAt: 70 } },
      { kind: 'device', device },
      ...oddTexts.flatMap((text, at) => put(row(`n${at}`, 7, { dataJson: JSON.stringify({ text }) }))),
      { kind: 'verdict', verdict: verdict('c1') },
      { kind: 'history', entry: entry('n1', 7) },
    ]);
    const copy = JSON.stringify(await bench.store.copyOut());
    await bench.apply(ana, [{ kind: 'user', user: { counter: 8, writtenAt: 80 } }, ...put(row('later', 8))]);
    await bench.apply(bea, [{ kind: 'user', user: { counter: 1, writtenAt: 1 } }]);
    await bench.store.setEpoch(brandId<Epoch>('e2'));
    await bench.store.copyIn(JSON.parse(copy));
    expect(await bench.store.copyOut()).toEqual(JSON.parse(copy));
    expect(await bench.store.epoch()).toBe('e1');
    expect(await bench.store.users({ after: null, limit: 9 })).toEqual([ana]);
    await bench.see(ana, (view) => {
      expect([view.user().counter, view.row(row('later', 8))]).toEqual([7, undefined]);
      expect(view.catalogueRow(quote)).toEqual(quote);
      for (const [at, text] of oddTexts.entries()) {
        expect(JSON.parse(view.row(row(`n${at}`, 7))?.dataJson ?? '')).toEqual({ text });
      }
    });
  });
}

function copiesAndLaterWrites(bench: Bench): void {
  test('what is written after a copy came back stands behind its history', async () => {
    await bench.apply(ana, [{ kind: 'history', entry: entry('n1', 1) }]);
    const copy = await bench.store.copyOut();
    await bench.apply(ana, [{ kind: 'history', entry: entry('n1', 2) }]);
    await bench.store.copyIn(copy);
    await bench.apply(ana, [{ kind: 'history', entry: entry('n1', 3) }]);
    const versions = await bench.see(ana, (view) => view.history(row('n1', 1)).map(({ version }) => version));
    expect(versions).toEqual([1, 3]);
  });

  test('what is no copy of such a store is refused, with nothing changed', async () => {
    await bench.apply(ana, put(row('n1', 1)));
    const copy = await bench.store.copyOut();
    const [table = ''] = Object.keys(copy.tables);
    const broken = [
      null,
      [],
      { ...copy, format: 'another' },
      { ...copy, store: 'elsewhere' },
      { ...copy, version: copy.version + 1 },
      { ...copy, tables: { ...copy.tables, [table]: [{ 'x" = 1; --': 1 }] } },
      { ...copy, tables: { ...copy.tables, [table]: undefined } },
    ];
    for (const one of broken) await expect(bench.store.copyIn(one)).rejects.toBeInstanceOf(StoreError);
    expect(await bench.store.copyOut()).toEqual(copy);
  });
}
