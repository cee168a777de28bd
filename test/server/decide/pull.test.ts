import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../src/server/decide/cursor.ts';
import { seedStore } from '../../../src/server/seed.ts';
import { purgeStore } from '../../../src/server/upkeep.ts';
import { OneServer, refusal, startMs, type TestDevice } from '../one-server.ts';
import { testRegistry } from '../test-registry.ts';

let server: OneServer;
let phone: TestDevice;
let tablet: TestDevice;

beforeEach(() => {
  server = new OneServer();
  phone = server.device('phone');
  tablet = server.device('tablet');
});

const notes = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) =>
    phone.change('notes', `n${from + at}`, { data: { title: `t${from + at}` } }),
  );
const ids = (rows: readonly { readonly entityId: string }[]) => rows.map(({ entityId }) => entityId);

describe('pages', () => {
  test('come in commit order and together hold every row once', () => {
    for (let at = 0; at < 7; at += 1) phone.push(...notes(at, 1));
    const seen: string[] = [];
    for (;;) {
      const page = tablet.page({ limit: 2 });
      expect(page.changes.length).toBeLessThanOrEqual(2);
      seen.push(...ids(page.changes));
      if (!page.hasMore) break;
    }
    expect(seen).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
  });

  test('end only between numbers: rows of one transaction are never parted', () => {
    phone.push(...notes(0, 3));
    phone.push(...notes(3, 2));
    phone.push(...notes(5, 1));
    const sizes = [1, 2, 3].map(() => tablet.page({ limit: 1 }).changes.length);
    expect(sizes).toEqual([3, 2, 1]);
  });

  test('hasMore is false on the page that reaches the end, also when it is full', () => {
    phone.push(...notes(0, 3));
    expect(tablet.page({ limit: 3 }).hasMore).toBe(false);
    phone.push(...notes(3, 3));
    expect(tablet.page({ limit: 1 }).hasMore).toBe(false);
  });

  test('a row written between two pages is delivered once, with its newest version', () => {
    for (let at = 0; at < 4; at += 1) phone.push(...notes(at, 1));
    const first = tablet.page({ limit: 2 });
    phone.push(phone.change('notes', 'n3', { action: 'UPDATE', base: 4, data: { title: 'newer' } }));
    const rest = tablet.pull({ limit: 2 });
    expect([...ids(first.changes), ...ids(rest)]).toEqual(['n0', 'n1', 'n2', 'n3']);
    expect(rest.at(-1)).toMatchObject({ version: 5, data: { title: 'newer' } });
  });

  test('any mix of page sizes and writes delivers exactly the final state', () => {
    const step = fc.record({
      limit: fc.integer({ min: 1, max: 4 }),
      write: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const own = new OneServer();
        const writer = own.device('writer');
        const reader = own.device('reader');
        const held = new Map<string, unknown>();
        const versions = new Map<string, number>();
        let round = 0;
        for (const { limit, write } of steps) {
          round += 1;
          const results = writer.push(
            ...[...new Set(write)].map((at) => {
              const base = versions.get(`n${at}`);
              const data = { title: `${round}` };
              return writer.change('notes', `n${at}`, base === undefined ? { data } : { action: 'UPDATE', base, data });
            }),
          );
          for (const [at, entity] of [...new Set(write)].entries())
            versions.set(`n${entity}`, results[at]?.version ?? 0);
          for (const row of reader.page({ limit }).changes) held.set(row.entityId, row.data);
        }
        for (const row of reader.pull({ limit: 1 })) held.set(row.entityId, row.data);
        const want = [...versions.keys()].map((id) => [id, own.row('notes', id)?.data]);
        expect([...held].sort()).toEqual(want.sort());
      }),
      { numRuns: 40 },
    );
  });

  test('a page also ends when it has grown heavy', () => {
    for (let at = 0; at < 12; at += 1)
      phone.push(phone.change('notes', `n${at}`, { data: { title: 'x'.repeat(900_000) } }));
    const page = tablet.page();
    expect(page.hasMore).toBe(true);
    expect(page.changes.length).toBeLessThan(6);
    expect(tablet.pull().length + page.changes.length).toBe(12);
  });
});

describe('cursor', () => {
  test('any parts are read back, and equal parts give equal text whatever their order', () => {
    const position = fc
      .record({ user: fc.nat(), catalogue: fc.option(fc.nat()), userFloor: fc.nat(), catalogueFloor: fc.nat() })
      .map((parts) => (parts.catalogue === null ? { ...parts, catalogueFloor: 0 } : parts));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.dictionary(fc.string({ minLength: 1 }), position), (epoch, types) => {
        const positions = new Map(Object.entries(types));
        const text = encodeCursor({ epoch, positions });
        expect(decodeCursor(text)).toEqual({
          epoch,
          positions: new Map([...positions].sort(([a], [b]) => (a < b ? -1 : 1))),
        });
        expect(encodeCursor({ epoch, positions: new Map([...positions].reverse()) })).toBe(text);
      }),
    );
  });

  test('a purge before or during a full pull ends it only when deletions could be missed', () => {
    for (let at = 0; at < 4; at += 1) phone.push(...notes(at, 1));
    phone.push(phone.change('notes', 'n0', { action: 'DELETE', base: 1 }));
    server.nowMs += 1;
    purgeStore(server.store, server.nowMs, { tombstoneMs: 0 });
    // What was gone before the pull began is no loss to it, however many pages it takes.
    expect(ids(tablet.pull({ limit: 1 }))).toEqual(['n1', 'n2', 'n3']);
  });

  test('a type asked for and not in it starts from the beginning, one not asked for does not move', () => {
    phone.push(...notes(0, 2));
    tablet.pull({ entityTypes: ['notes'] });
    phone.push(phone.change('courses', 'c1', { data: { program: 'p' } }), ...notes(2, 1));
    expect(ids(tablet.pull({ entityTypes: ['courses'] }))).toEqual(['c1']);
    expect(ids(tablet.pull())).toEqual(['n2']);
    expect(tablet.pull()).toEqual([]);
  });

  test('types at different positions come in commit order, without repeats', () => {
    phone.push(...notes(0, 1));
    phone.push(phone.change('courses', 'c1', { data: { program: 'p' } }));
    phone.push(...notes(1, 1));
    tablet.page({ entityTypes: ['notes'], limit: 1 });
    expect(ids(tablet.pull({ limit: 1 }))).toEqual(['c1', 'n1']);
  });

  test('a type this server does not know is as if not asked for', () => {
    expect(tablet.page({ entityTypes: ['ghosts'] }).changes).toEqual([]);
  });

  test('of another epoch it is 410 epoch_changed', () => {
    tablet.page();
    server.store.write(() => server.store.setEpoch('epoch-2' as never));
    const answer = tablet.send('pull', { deviceId: 'tablet', registered: true, cursor: tablet.cursor });
    expect(refusal(answer)).toEqual({ status: 410, code: 'epoch_changed' });
  });

  test.each(['nonsense', '1', '1&epoch-1&notes=x', '2&epoch-1&notes=1', '1&%&notes=1', '1&epoch-1&notes=999'])(
    'a text like %s is 410 cursor_expired',
    (cursor) => {
      expect(refusal(tablet.send('pull', { deviceId: 'tablet', registered: false, cursor }))).toEqual({
        status: 410,
        code: 'cursor_expired',
      });
    },
  );
});

describe('settled', () => {
  test('answers the stored verdicts of changes and resolutions, and leaves out what has none', () => {
    const fine = phone.change('notes', 'n1', { data: { title: 'a' } });
    const clash = phone.change('notes', 'n1', { data: { title: 'b' } });
    const bad = phone.change('notes', 'n2', { data: { title: 4 } });
    phone.push(fine, clash, bad);
    phone.resolve('notes', 'n1', { id: 'r1', changeId: clash.id, outcome: 'server', against: 1 });
    expect(tablet.page({ unsettled: [fine.id, clash.id, bad.id, 'r1', 'never', fine.id] }).settled).toEqual([
      { id: fine.id, status: 'applied', version: 1 },
      expect.objectContaining({
        id: clash.id,
        status: 'conflict',
        resolved: 1,
        problem: expect.objectContaining({ code: 'row_exists' }),
      }),
      expect.objectContaining({ id: bad.id, status: 'rejected' }),
      expect.objectContaining({ id: 'r1', status: 'applied' }),
    ]);
  });

  test('the verdict and the row of a change are in the same pull', () => {
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    phone.push(change);
    const page = tablet.page({ unsettled: [change.id] });
    expect(page.changes).toMatchObject([{ version: 1, origin: { deviceId: 'phone', changeId: change.id } }]);
    expect(page.settled).toMatchObject([{ version: 1 }]);
  });

  test("another user's verdict is no answer", () => {
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    phone.push(change);
    expect(server.device('hers', 'bea').page({ unsettled: [change.id] }).settled).toEqual([]);
  });
});

describe('since', () => {
  const since = (ms: number) => ids(server.device('simple').pull({ since: ms }));

  test('answers what was written then and later, with overlap', () => {
    phone.push(...notes(0, 1));
    server.nowMs += 3_600_000;
    phone.push(...notes(1, 1));
    server.nowMs += 60_000;
    phone.push(...notes(2, 1));
    expect(since(0)).toEqual(['n0', 'n1', 'n2']);
    expect(since(startMs + 3_600_000)).toEqual(['n1', 'n2']);
    expect(since(startMs + 3_660_000)).toEqual(['n1', 'n2']);
    expect(since(startMs + 9_000_000)).toEqual([]);
  });

  test('a clock that steps back hides nothing', () => {
    phone.push(...notes(0, 1));
    server.nowMs -= 86_400_000;
    phone.push(...notes(1, 1));
    expect(since(startMs)).toEqual(['n0', 'n1']);
    expect(server.row('notes', 'n1')?.updatedAt).toBe(startMs);
  });
});

describe('the catalogue', () => {
  beforeEach(() => {
    const catalogue = Array.from({ length: 600 }, (_, at) => ({
      entityType: 'quotes',
      entityId: `q${String(at).padStart(3, '0')}`,
      data: { text: `${at}` },
    }));
    seedStore(server.store, testRegistry, { catalogue }, server.nowMs);
    phone.push(phone.change('quotes', 'q005', { action: 'UPDATE', base: 0, data: { liked: true } }));
  });

  test('comes in pages by its own counter, before the user part', () => {
    const first = tablet.page({ limit: 100 });
    expect(first.changes.length).toBeLessThan(600);
    const rows = [...first.changes, ...tablet.pull({ limit: 100 })];
    expect(rows.filter(({ part }) => part === 'catalogue').length).toBe(600);
    expect(rows.at(-1)).toMatchObject({ part: 'user', entityId: 'q005', version: 1, data: { liked: true } });
  });

  test('a later write to one of the two parts delivers that part alone', () => {
    tablet.pull();
    seedStore(
      server.store,
      testRegistry,
      { catalogue: [{ entityType: 'quotes', entityId: 'q005', data: { text: 'new' } }] },
      server.nowMs,
    );
    expect(tablet.pull()).toMatchObject([{ part: 'catalogue', data: { text: 'new' } }]);
    phone.push(phone.change('quotes', 'q006', { action: 'UPDATE', base: 0, data: { liked: true } }));
    expect(tablet.pull()).toMatchObject([{ part: 'user', entityId: 'q006' }]);
  });
});
