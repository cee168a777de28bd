import { expect, test } from 'vitest';
import type { Write } from '../../src/server/decide/stored.ts';
import type { Bench } from './server-store-bench.ts';
import { ana, entry, ids, put, row } from './server-store-rows.ts';

/** What is read of one user, one test per sentence. */
export function storeReading(bench: Bench): void {
  contents(bench);
  pages(bench);
  scans(bench);
}

function contents(bench: Bench): void {
  test('history comes oldest first and counts effects by change', async () => {
    await bench.apply(ana, [
      { kind: 'history', entry: entry('n1', 1) },
      { kind: 'history', entry: entry('n1', 1, { dataJson: '{"b":2}' }) },
    ]);
    await bench.see(ana, (view) => {
      expect(view.history(row('n1', 1)).map(({ dataJson }) => dataJson)).toEqual(['{}', '{"b":2}']);
      expect(view.effects()).toEqual(new Map([['c1', 2]]));
      expect(view.existed(row('n1', 1))).toBe(true);
      expect(view.effectAt(row('n1', 1), 'c1')).toBe(1);
      expect(view.effectAt(row('n2', 1), 'c1')).toBeUndefined();
    });
  });

  test('texts of every kind come back as they were given', async () => {
    const odd = ['', ' ', "'; DROP TABLE rows; --", '😀', '\u0000x', 'ＦＵＬＬ', '__proto__', '%', '~&=+'];
    await bench.apply(
      ana,
      odd.map(
        (text, at): Write => ({
          kind: 'row',
          row: row(`n${at}${text}`, at + 1, { dataJson: JSON.stringify({ text }) }),
        }),
      ),
    );
    await bench.see(ana, (view) => {
      for (const [at, text] of odd.entries()) {
        expect(view.row({ entityType: 'notes', entityId: `n${at}${text}` })?.dataJson).toBe(JSON.stringify({ text }));
      }
    });
  });
}

function pages(bench: Bench): void {
  test('pages hold whole numbers in order of number, type and id', async () => {
    await bench.apply(
      ana,
      put(row('b', 1), row('a', 1), row('x', 2, { entityType: 'courses' }), row('c', 2), row('d', 3)),
    );
    const from = [
      { entityType: 'notes', after: 0 },
      { entityType: 'courses', after: 0 },
    ];
    await bench.see(ana, (view) => {
      const first = view.page(from, { limit: 1, bytesMax: 1_000 });
      expect([ids(first.rows), first.cut]).toEqual([['a', 'b'], 1]);
      const second = view.page(
        from.map((scan) => ({ ...scan, after: 1 })),
        { limit: 2, bytesMax: 1_000 },
      );
      expect([ids(second.rows), second.cut]).toEqual([['x', 'c'], 2]);
      const last = view.page(
        from.map((scan) => ({ ...scan, after: 2 })),
        { limit: 2, bytesMax: 1_000 },
      );
      expect([ids(last.rows), last.cut]).toEqual([['d'], null]);
    });
  });

  test('a page ends with the number at which it holds the bytes wanted, and at the end there is no cut', async () => {
    const heavy = { dataJson: JSON.stringify({ title: 'x'.repeat(500) }) };
    await bench.apply(ana, put(row('a', 1, heavy), row('b', 2, heavy), row('c', 3, heavy)));
    await bench.see(ana, (view) => {
      const page = (limit: number, bytesMax: number) =>
        view.page([{ entityType: 'notes', after: 0 }], { limit, bytesMax });
      expect([ids(page(100, 600).rows), page(100, 600).cut]).toEqual([['a', 'b'], 2]);
      expect(page(3, 10_000).cut).toBeNull();
      expect(page(1, 10_000).cut).toBe(1);
    });
  });
}

function scans(bench: Bench): void {
  test('live rows come in order of ids, without tombstones', async () => {
    await bench.apply(ana, put(row('b', 1), row('a', 2), row('c', 3, { deleted: true, dataJson: null })));
    expect(await bench.see(ana, (view) => ids([...view.liveRows('notes')]))).toEqual(['a', 'b']);
  });

  test('the newest number before a time is found by type', async () => {
    await bench.apply(ana, put(row('a', 1), row('b', 2), row('c', 3, { entityType: 'courses' })));
    await bench.see(ana, (view) => {
      expect(view.newestBefore('notes', 20)).toBe(1);
      expect(view.newestBefore('notes', 21)).toBe(2);
      expect(view.newestBefore('notes', 5)).toBe(0);
    });
  });
}
