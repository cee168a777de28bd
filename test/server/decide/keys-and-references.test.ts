import { beforeEach, describe, expect, test } from 'vitest';
import { purgeStore } from '../../../src/server/upkeep.ts';
import { OneServer, type TestDevice } from '../one-server.ts';

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

describe('natural keys', () => {
  beforeEach(() => {
    phone.one(phone.change('courses', 'c1', { data: { program: 'calm' } }));
  });

  test('a key that exists under another id is key_exists with that row, also when sent again', () => {
    const twin = tablet.change('courses', 'c2', { data: { program: 'calm' } });
    const held = { problem: { code: 'key_exists', entityId: 'c1' }, row: { entityId: 'c1', version: 1 } };
    expect(tablet.one(twin)).toMatchObject({ status: 'conflict', ...held });
    expect(tablet.one(twin)).toMatchObject({ status: 'duplicate', first: 'conflict', ...held });
  });

  test('it holds for updates too', () => {
    tablet.one(tablet.change('courses', 'c2', { data: { program: 'focus' } }));
    expect(tablet.one(tablet.change('courses', 'c2', update(2, { program: 'calm' })))).toMatchObject({
      problem: { code: 'key_exists' },
    });
  });

  test('deleted rows hold no key, and changed rows only their new one', () => {
    phone.one(phone.change('courses', 'c1', remove(1)));
    expect(tablet.one(tablet.change('courses', 'c2', { data: { program: 'calm' } }))).toMatchObject({
      status: 'applied',
    });
    tablet.one(tablet.change('courses', 'c2', update(3, { program: 'focus' })));
    expect(phone.one(phone.change('courses', 'c3', { data: { program: 'calm' } }))).toMatchObject({
      status: 'applied',
    });
  });

  test('rows of one request hand their keys on', () => {
    phone.one(phone.change('courses', 'c2', { data: { program: 'focus' } }));
    const results = phone.push(
      phone.change('courses', 'c1', update(1, { program: 'between' })),
      phone.change('courses', 'c2', update(2, { program: 'calm' })),
    );
    expect(results).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
    expect(phone.one(phone.change('courses', 'c3', { data: { program: 'focus' } }))).toMatchObject({
      status: 'applied',
    });
  });

  test('another user may hold the same key', () => {
    const bea = server.device('hers', 'bea');
    expect(bea.one(bea.change('courses', 'x', { data: { program: 'calm' } }))).toMatchObject({ status: 'applied' });
  });
});

describe('references and dependencies', () => {
  test('a child waits while its parent does not exist, and goes through with it in one request', () => {
    expect(
      phone.push(
        phone.change('lessons', 'l0', { data: { course: 'c1' } }),
        phone.change('courses', 'c1', { data: { program: 'p' } }),
        phone.change('lessons', 'l1', { data: { course: 'c1' } }),
      ),
    ).toMatchObject([
      { status: 'retry', problem: { code: 'dependency_failed' } },
      { status: 'applied' },
      { status: 'applied' },
    ]);
  });

  test('a child of a deleted parent is rejected parent_gone, also when the tombstone is purged', () => {
    phone.one(phone.change('courses', 'c1', { data: { program: 'p' } }));
    phone.one(phone.change('courses', 'c1', remove(1)));
    const gone = { status: 'rejected', problem: { code: 'parent_gone', field: 'course' } };
    expect(tablet.one(tablet.change('lessons', 'l1', { data: { course: 'c1' } }))).toMatchObject(gone);
    server.nowMs += 1;
    purgeStore(server.store, server.nowMs, { tombstoneMs: 0 });
    expect(tablet.one(tablet.change('lessons', 'l2', { data: { course: 'c1' } }))).toMatchObject(gone);
  });

  test('a change waits while one it depends on has no verdict, whatever the verdict then is', () => {
    const bad = phone.change('notes', 'n1', { data: { title: 4 } });
    const next = phone.change('notes', 'n2', { data: { title: 'b' }, dependsOn: [bad.id] });
    expect(phone.one(next)).toMatchObject({ status: 'retry', problem: { code: 'dependency_failed' } });
    expect(phone.push(bad, next)).toMatchObject([{ status: 'rejected' }, { status: 'applied' }]);
  });

  test('an update that leaves the reference alone does not ask for the parent', () => {
    phone.one(phone.change('courses', 'c1', { data: { program: 'p' } }));
    phone.one(phone.change('lessons', 'l1', { data: { course: 'c1' } }));
    phone.one(phone.change('courses', 'c1', remove(1)));
    expect(phone.one(phone.change('lessons', 'l1', update(2, { day: 3 })))).toMatchObject({ status: 'applied' });
  });

  test('a reference to a catalogue row is met by the catalogue', () => {
    expect(
      phone.push(
        phone.change('quoteComments', 'k1', { data: { quoteId: 'q1', text: 'yes' } }),
        phone.change('quoteComments', 'k2', { data: { quoteId: 'q2', text: 'yes' } }),
      ),
    ).toMatchObject([{ status: 'applied' }, { status: 'retry' }]);
  });

  test("another user's row is no parent", () => {
    const bea = server.device('hers', 'bea');
    bea.one(bea.change('courses', 'c1', { data: { program: 'p' } }));
    expect(phone.one(phone.change('lessons', 'l1', { data: { course: 'c1' } }))).toMatchObject({ status: 'retry' });
  });
});
