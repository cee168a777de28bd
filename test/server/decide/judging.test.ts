import { beforeEach, describe, expect, test } from 'vitest';
import { purgeStore } from '../../../src/server/upkeep.ts';
import { OneServer, startMs, type TestDevice } from '../one-server.ts';

let server: OneServer;
let phone: TestDevice;
let tablet: TestDevice;

beforeEach(() => {
  server = new OneServer({ seed: { catalogue: [{ entityType: 'quotes', entityId: 'q1', data: { text: 'Be.' } }] } });
  phone = server.device('phone');
  tablet = server.device('tablet');
});

const update = (base: number, data: Record<string, unknown>) => ({ action: 'UPDATE', base, data }) as const;
const remove = (base: number | null) => ({ action: 'DELETE', base }) as const;

describe('fields', () => {
  beforeEach(() => {
    phone.one(phone.change('notes', 'n1', { data: { title: 'a', body: 'b', from: 1, to: 2 } }));
  });

  test('changes of different fields from one base both apply, and the second shows the row', () => {
    phone.one(phone.change('notes', 'n1', update(1, { title: 'A' })));
    expect(tablet.one(tablet.change('notes', 'n1', update(1, { body: 'B' })))).toMatchObject({
      status: 'applied',
      version: 3,
      row: { version: 3, data: { title: 'A', body: 'B' } },
    });
  });

  test('a field that changed after the base is a conflict with the current row', () => {
    phone.one(phone.change('notes', 'n1', update(1, { title: 'A' })));
    expect(tablet.one(tablet.change('notes', 'n1', update(1, { title: 'B', body: 'B' })))).toMatchObject({
      status: 'conflict',
      problem: { code: 'stale_base', field: 'title' },
      row: { version: 2, data: { title: 'A', body: 'b' } },
    });
    expect(server.row('notes', 'n1')?.data).toMatchObject({ body: 'b' });
  });

  test('a change from the newest version applies without showing the row', () => {
    const result = phone.one(phone.change('notes', 'n1', update(1, { title: 'A' })));
    expect(result).toEqual({ id: result.id, status: 'applied', version: 2 });
  });

  test('a unit is judged by all its fields', () => {
    phone.one(phone.change('notes', 'n1', update(1, { from: 5, to: 6 })));
    expect(tablet.one(tablet.change('notes', 'n1', update(1, { from: 7, to: 8 })))).toMatchObject({
      status: 'conflict',
    });
  });

  test('a base that no device can have clashes with what exists', () => {
    expect(tablet.one(tablet.change('notes', 'n1', update(99, { title: 'B' })))).toMatchObject({ status: 'conflict' });
  });

  test('base 0 clashes with any row that exists and passes over nothing', () => {
    expect(
      tablet.push(
        tablet.change('notes', 'n1', { base: 0, data: { title: 'B' } }),
        tablet.change('notes', 'n1', update(0, { title: 'B' })),
        tablet.change('notes', 'n1', remove(0)),
        tablet.change('notes', 'n2', { base: 0, data: { title: 'B' } }),
      ),
    ).toMatchObject([{ status: 'conflict' }, { status: 'conflict' }, { status: 'conflict' }, { status: 'applied' }]);
  });

  test('rows written by one request share a number, and verdicts show the row as it ends', () => {
    const results = phone.push(
      phone.change('notes', 'n1', update(1, { title: 'A' })),
      phone.change('notes', 'n1', update(1, { body: 'B' })),
      phone.change('notes', 'n2', { data: { title: 'c' } }),
    );
    expect(results.map(({ version }) => version)).toEqual([2, 2, 2]);
    expect(results[0]?.row).toMatchObject({ version: 2, data: { title: 'A', body: 'B' } });
    expect(results[1]?.row).toMatchObject({ version: 2, data: { title: 'A', body: 'B' } });
  });

  test('a request without any effect raises no number', () => {
    phone.push(
      phone.change('notes', 'n9', { data: { title: 4 } }),
      phone.change('notes', 'n1', { data: { title: 'x' } }),
    );
    expect(server.store.user('ana' as never).user().counter).toBe(1);
  });
});

describe('deletes', () => {
  beforeEach(() => {
    phone.one(phone.change('notes', 'n1', { data: { title: 'a' } }));
  });

  test('a delete applies from the newest version and leaves a tombstone without data', () => {
    expect(phone.one(phone.change('notes', 'n1', remove(1)))).toMatchObject({ status: 'applied', version: 2 });
    expect(tablet.pull({ entityTypes: ['notes'] })).toMatchObject([
      { entityId: 'n1', deleted: true, data: null, version: 2 },
    ]);
  });

  test('a delete clashes with a change of any field after its base', () => {
    tablet.one(tablet.change('notes', 'n1', update(1, { body: 'B' })));
    expect(phone.one(phone.change('notes', 'n1', remove(1)))).toMatchObject({
      status: 'conflict',
      row: { version: 2, deleted: false },
    });
  });

  test('a delete of a missing or deleted row is applied', () => {
    phone.one(phone.change('notes', 'n1', remove(1)));
    expect(
      tablet.push(tablet.change('notes', 'n1', remove(1)), tablet.change('notes', 'never', remove(1))),
    ).toMatchObject([
      { status: 'applied', version: 2, row: { deleted: true, version: 2 } },
      { status: 'applied', row: { deleted: true, entityId: 'never', version: 2 } },
    ]);
  });

  test('an update or increment of a deleted row is a conflict with the tombstone', () => {
    phone.one(phone.change('notes', 'n1', remove(1)));
    expect(tablet.one(tablet.change('notes', 'n1', update(1, { title: 'B' })))).toMatchObject({
      status: 'conflict',
      problem: { code: 'row_deleted' },
      row: { deleted: true, version: 2 },
    });
  });

  test('of a purged row it is a conflict with a synthetic tombstone at the current number', () => {
    phone.one(phone.change('notes', 'n1', remove(1)));
    phone.one(phone.change('notes', 'n2', { data: { title: 'x' } }));
    server.nowMs += 1;
    purgeStore(server.store, server.nowMs, { tombstoneMs: 0 });
    const late = tablet.change('notes', 'n1', update(1, { title: 'B' }));
    const shown = { deleted: true, data: null, version: 3, entityId: 'n1' };
    expect(tablet.one(late)).toMatchObject({ status: 'conflict', row: shown });
    expect(tablet.one(late)).toMatchObject({ status: 'duplicate', first: 'conflict', row: shown });
  });

  test('a delete counts as a change of every field', () => {
    phone.one(phone.change('notes', 'n1', remove(1)));
    phone.one(phone.change('notes', 'n1', { base: 2, data: { title: 'again' } }));
    expect(tablet.one(tablet.change('notes', 'n1', update(1, { body: 'B' })))).toMatchObject({ status: 'conflict' });
    expect(tablet.one(tablet.change('notes', 'n1', update(3, { body: 'B' })))).toMatchObject({ status: 'applied' });
  });

  test('a create applies over nothing or over the tombstone it knew, and over nothing else', () => {
    phone.one(phone.change('notes', 'n1', remove(1)));
    const again = { data: { title: 'b' } };
    expect(
      tablet.push(
        tablet.change('notes', 'n1', { base: null, ...again }),
        tablet.change('notes', 'n1', { base: 1, ...again }),
        tablet.change('notes', 'n1', { base: 2, ...again }),
        tablet.change('notes', 'n1', { base: 2, ...again }),
      ),
    ).toMatchObject([
      { status: 'conflict', problem: { code: 'row_deleted' } },
      { status: 'conflict', problem: { code: 'row_deleted' } },
      { status: 'applied', version: 3, row: { deleted: false } },
      { status: 'conflict', problem: { code: 'row_exists' } },
    ]);
  });

  test('delete-then-create of a live row travels as an update with the base of the delete', () => {
    const whole = { title: 'new', body: null, from: null, to: null };
    expect(phone.one(phone.change('notes', 'n1', update(1, whole)))).toMatchObject({ status: 'applied' });
    expect(tablet.one(tablet.change('notes', 'n1', update(1, whole)))).toMatchObject({ status: 'conflict' });
  });

  test('a delete with data is rejected', () => {
    const odd = phone.change('notes', 'n1', { ...remove(1), data: { title: 'x' } });
    expect(phone.one(odd)).toMatchObject({ status: 'rejected', problem: { code: 'invalid_change' } });
  });
});

describe('increments', () => {
  const add = (by: number, base = 0) => ({ action: 'UPDATE', base, increments: { total: by } }) as const;

  beforeEach(() => {
    phone.one(phone.change('stats', 'me', { data: {}, increments: { total: 5 } }));
  });

  test('they are summed whatever the base, and show the row', () => {
    phone.one(phone.change('stats', 'me', add(2)));
    expect(tablet.one(tablet.change('stats', 'me', add(3)))).toMatchObject({
      status: 'applied',
      row: { data: { total: 10 } },
    });
  });

  test('they never make another field clash', () => {
    phone.one(phone.change('stats', 'me', add(2)));
    expect(tablet.one(tablet.change('stats', 'me', update(1, { best: 4 })))).toMatchObject({
      status: 'applied',
      row: { data: { total: 7, best: 4 } },
    });
  });

  test.each(['CREATE', 'UPDATE'] as const)('a counter in the data of a %s is refused', (action) => {
    const change = phone.change('stats', action === 'CREATE' ? 'other' : 'me', {
      action,
      base: 1,
      data: { total: 100 },
    });
    expect(phone.one(change)).toMatchObject({ status: 'rejected', problem: { code: 'not_writable', field: 'total' } });
  });

  test('a create without increments starts from 0', () => {
    phone.one(phone.change('stats', 'other', { data: {} }));
    expect(server.row('stats', 'other')?.data).toMatchObject({ total: 0 });
  });

  test('a tombstone keeps the sums, and a create over it goes on from there', () => {
    phone.one(phone.change('stats', 'me', remove(1)));
    expect(phone.one(phone.change('stats', 'me', { base: 2, data: {}, increments: { total: 1 } }))).toMatchObject({
      status: 'applied',
      row: { data: { total: 6 } },
    });
  });

  test('an increment does not hinder a delete from an older base', () => {
    tablet.one(tablet.change('stats', 'me', add(2)));
    expect(phone.one(phone.change('stats', 'me', remove(1)))).toMatchObject({ status: 'applied' });
  });

  test('a sum out of the range of its field is rejected', () => {
    expect(phone.one(phone.change('stats', 'me', add(-6)))).toMatchObject({
      status: 'rejected',
      problem: { field: 'total' },
    });
    expect(phone.one(phone.change('stats', 'me', add(Number.MAX_SAFE_INTEGER)))).toMatchObject({ status: 'rejected' });
  });

  test('of what is no counter they are rejected', () => {
    const odd = phone.change('stats', 'me', { action: 'UPDATE', base: 1, increments: { best: 1 } });
    expect(phone.one(odd)).toMatchObject({ status: 'rejected', problem: { code: 'not_writable' } });
  });
});

describe('stamps', () => {
  test('more than five minutes ahead get server time, are returned and stored; up to that they stay', () => {
    const near = phone.stamp(5 * 60_000);
    const far = `${String(startMs + 5 * 60_000 + 1).padStart(13, '0')}-00a0-phone`;
    const change = phone.change('notes', 'n1', { data: { title: 'a', body: 'b' }, stamps: { title: near, body: far } });
    const clamped = `${String(startMs).padStart(13, '0')}-00a0-phone`;
    expect(phone.one(change)).toMatchObject({ status: 'applied', row: { stamps: { title: near, body: clamped } } });
    expect(tablet.pull().at(-1)?.stamps).toEqual({ title: near, body: clamped });
  });
});

describe('catalogue types', () => {
  test('an update with base 0 creates the user part, field by field', () => {
    expect(phone.one(phone.change('quotes', 'q1', update(0, { liked: true })))).toMatchObject({
      status: 'applied',
      row: { part: 'user', data: { liked: true } },
    });
    expect(tablet.one(tablet.change('quotes', 'q1', update(0, { favourite: true })))).toMatchObject({
      status: 'applied',
      row: { data: { liked: true, favourite: true } },
    });
    expect(tablet.one(tablet.change('quotes', 'q1', update(0, { liked: true })))).toMatchObject({ status: 'conflict' });
  });

  test('of a quote the catalogue does not have it is rejected parent_gone', () => {
    expect(phone.one(phone.change('quotes', 'q2', update(0, { liked: true })))).toMatchObject({
      status: 'rejected',
      problem: { code: 'parent_gone' },
    });
  });

  test.each(['CREATE', 'DELETE'] as const)('a %s by a user is rejected', (action) => {
    const change = phone.change('quotes', 'q1', {
      action,
      base: 0,
      data: action === 'CREATE' ? { liked: true } : null,
    });
    expect(phone.one(change)).toMatchObject({ status: 'rejected', problem: { code: 'not_writable' } });
  });

  test('fields of the server are refused', () => {
    expect(phone.one(phone.change('quotes', 'q1', update(0, { likeCount: 9 })))).toMatchObject({
      status: 'rejected',
      problem: { code: 'not_writable' },
    });
  });
});
