import { beforeEach, describe, expect, test } from 'vitest';
import { OneServer, refusal, type TestDevice } from '../one-server.ts';

let server: OneServer;
let phone: TestDevice;

beforeEach(() => {
  server = new OneServer();
  phone = server.device('phone');
});

describe('repetition', () => {
  test('a change sent again answers duplicate with first, version and current row, and has no second effect', () => {
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    expect(phone.one(change)).toMatchObject({ status: 'applied', version: 1 });
    phone.one(phone.change('notes', 'n1', { action: 'UPDATE', base: 1, data: { title: 'b' } }));
    const again = phone.one(change);
    expect(again).toMatchObject({
      status: 'duplicate',
      first: 'applied',
      version: 1,
      row: { version: 2, data: { title: 'b' } },
    });
    expect(server.row('notes', 'n1')?.version).toBe(2);
  });

  test('base, stamps, seq and dependsOn may differ in a repeat', () => {
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    phone.one(change);
    const again = { ...change, seq: 9, baseVersion: 0, dependsOn: ['x'], stamps: { title: phone.stamp(-5) } };
    expect(phone.one(again)).toMatchObject({ status: 'duplicate', first: 'applied' });
  });

  test('the order of keys makes no other body', () => {
    const change = phone.change('notes', 'n1', { data: { title: 'a', body: 'b' } });
    phone.one(change);
    expect(phone.one({ ...change, data: { body: 'b', title: 'a' } })).toMatchObject({ status: 'duplicate' });
  });

  test.each([
    ['data', { data: { title: 'other' } }],
    ['action', { action: 'UPDATE', baseVersion: 1 }],
    ['row', { entityId: 'n2' }],
    ['increments', { increments: { total: 1 } }],
  ])('another %s under a known id is rejected id_reused, and the first verdict stays', (_, other) => {
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    phone.one(change);
    expect(phone.one({ ...change, ...other })).toMatchObject({ status: 'rejected', problem: { code: 'id_reused' } });
    expect(phone.one(change)).toMatchObject({ status: 'duplicate', first: 'applied' });
  });

  test('a conflict and a rejection are repeated with their problems', () => {
    phone.one(phone.change('notes', 'n1', { data: { title: 'a' } }));
    const clash = phone.change('notes', 'n1', { data: { title: 'b' } });
    const broken = phone.change('notes', 'n2', { data: { title: 7 } });
    phone.push(clash, broken);
    expect(phone.push(clash, broken)).toMatchObject([
      { status: 'duplicate', first: 'conflict', problem: { code: 'row_exists' }, row: { version: 1 } },
      { status: 'duplicate', first: 'rejected', problem: { code: 'invalid_change', field: 'title' } },
    ]);
  });

  test('the same id twice in one request has one effect', () => {
    phone.one(phone.change('stats', 'me', { data: {} }));
    const add = phone.change('stats', 'me', { action: 'UPDATE', base: 1, increments: { total: 2 } });
    expect(phone.push(add, add)).toMatchObject([{ status: 'applied' }, { status: 'duplicate', first: 'applied' }]);
    expect(server.row('stats', 'me')?.data).toMatchObject({ total: 2 });
  });

  test('an applied change stands in the history exactly once, with its id', () => {
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    for (let times = 0; times < 3; times += 1) phone.one(change);
    expect(server.store.user('ana' as never).effects()).toEqual(new Map([[change.id, 1]]));
  });

  test('a retry is never stored', () => {
    const change = phone.change('lessons', 'l1', { data: { course: 'c1' } });
    expect(phone.one(change)).toMatchObject({ status: 'retry', problem: { code: 'dependency_failed' } });
    expect(phone.page({ unsettled: [change.id] }).settled).toEqual([]);
    phone.one(phone.change('courses', 'c1', { data: { program: 'p' } }));
    expect(phone.one(change)).toMatchObject({ status: 'applied' });
  });

  test('ids belong to one user: another user may use the same', () => {
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    phone.one(change);
    expect(server.device('phone', 'bea').one({ ...change, data: { title: 'hers' } })).toMatchObject({
      status: 'applied',
    });
    expect(server.row('notes', 'n1')?.data).toMatchObject({ title: 'a' });
    expect(server.row('notes', 'n1', 'bea')?.data).toMatchObject({ title: 'hers' });
  });
});

describe('registration', () => {
  test('registered true without a registration is 410 device_unknown at every endpoint, before cursor and epoch', () => {
    phone.registered = true;
    phone.epoch = 'another';
    const unknown = { status: 410, code: 'device_unknown' };
    expect(refusal(phone.send('push', { ...phone.envelope(), changes: [] }))).toEqual(unknown);
    expect(refusal(phone.send('resolve', { ...phone.envelope(), resolutions: [] }))).toEqual(unknown);
    expect(refusal(phone.send('pull', { deviceId: 'phone', registered: true, cursor: 'nonsense' }))).toEqual(unknown);
    expect(refusal(phone.send('digest', { deviceId: 'phone', registered: true, epoch: 'another' }))).toEqual(unknown);
  });

  test.each(['push', 'pull'] as const)('false registers the device by %s', (call) => {
    if (call === 'push') phone.push();
    else phone.page();
    expect(JSON.parse(server.call('devices', 'ana', {}).body)).toMatchObject({ devices: [{ deviceId: 'phone' }] });
    phone.registered = true;
    expect(phone.page().changes).toEqual([]);
  });

  test('a refused request registers nothing', () => {
    phone.epoch = 'another';
    expect(refusal(phone.send('push', { ...phone.envelope(), changes: [] }))).toEqual({
      status: 410,
      code: 'epoch_changed',
    });
    expect(JSON.parse(server.call('devices', 'ana', {}).body)).toEqual({ devices: [] });
  });

  test('a registration of one user is none of another', () => {
    phone.page();
    const stranger = server.device('phone', 'bea');
    stranger.registered = true;
    expect(refusal(stranger.send('pull', { deviceId: 'phone', registered: true }))).toEqual({
      status: 410,
      code: 'device_unknown',
    });
  });

  test('a header that names another device is refused', () => {
    const answer = server.call('pull', 'ana', { deviceId: 'phone', registered: false }, { deviceId: 'tablet' });
    expect(refusal(answer)).toEqual({ status: 400, code: 'invalid_request' });
  });
});

describe('epoch', () => {
  test('another epoch is 410 before anything is judged, for push, resolve, rollback and digest alike', () => {
    phone.push();
    server.store.write(() => server.store.setEpoch('epoch-2' as never));
    const changed = { status: 410, code: 'epoch_changed' };
    const change = phone.change('notes', 'n1', { data: { title: 'a' } });
    expect(refusal(phone.send('push', { ...phone.envelope(), changes: [change] }))).toEqual(changed);
    expect(refusal(phone.send('resolve', { ...phone.envelope(), resolutions: [] }))).toEqual(changed);
    const rollback = {
      ...phone.envelope(),
      id: 'r',
      entityType: 'notes',
      entityId: 'n1',
      againstVersion: 1,
      toVersion: 1,
    };
    expect(refusal(phone.send('rollback', rollback))).toEqual(changed);
    expect(refusal(phone.send('digest', { epoch: 'epoch-1' }))).toEqual(changed);
    expect(server.row('notes', 'n1')).toBeUndefined();
  });

  test('null is the epoch of a device that holds no versions', () => {
    expect(phone.epoch).toBeNull();
    expect(phone.one(phone.change('notes', 'n1', { data: { title: 'a' } }))).toMatchObject({ status: 'applied' });
  });
});

describe('copies of a device', () => {
  beforeEach(() => {
    phone.one(phone.change('notes', 'n1', { data: { title: 'a' } }));
  });

  const forked = { status: 409, code: 'device_forked' };

  test('a life that does not know the last one that got through is forked, and nothing changes', () => {
    phone.incarnation = 'life-of-the-copy';
    const change = phone.change('notes', 'n2', { data: { title: 'b' } });
    expect(refusal(phone.send('push', { ...phone.envelope(), changes: [change] }))).toEqual(forked);
    expect(refusal(phone.send('resolve', { ...phone.envelope(), resolutions: [] }))).toEqual(forked);
    expect(server.row('notes', 'n2')).toBeUndefined();
    phone.incarnation = 'life-1';
    expect(phone.one(change)).toMatchObject({ status: 'applied' });
  });

  test('a later life that names it goes on, and becomes the last one', () => {
    phone.incarnation = 'life-3';
    phone.previousIncarnations = ['life-1', 'life-2'];
    phone.push();
    phone.incarnation = 'life-1';
    phone.previousIncarnations = [];
    expect(refusal(phone.send('push', { ...phone.envelope(), changes: [] }))).toEqual(forked);
  });

  test('a known place in the queue under another id is forked before anything is judged', () => {
    const fine = phone.change('notes', 'n3', { data: { title: 'c' } });
    const odd = phone.change('notes', 'n2', { data: { title: 'b' }, seq: 1 });
    expect(refusal(phone.send('push', { ...phone.envelope(), changes: [fine, odd] }))).toEqual(forked);
    expect(server.row('notes', 'n3')).toBeUndefined();
  });

  test('a new device id repeats the items of the old one under their ids', () => {
    const change = phone.change('notes', 'n2', { data: { title: 'b' } });
    phone.one(change);
    const renamed = server.device('phone-2');
    expect(renamed.one(change)).toMatchObject({ status: 'duplicate', first: 'applied' });
  });
});

describe('bad items', () => {
  test('one bad item does not stop the others', () => {
    const results = phone.push(
      phone.change('notes', 'n1', { data: { title: 'a' } }),
      { ...phone.change('notes', 'n2', { data: { title: 'b' } }), stamps: 'none' },
      { ...phone.change('notes', 'n3', { data: { title: 'c' } }), baseVersion: -1 },
      phone.change('ghosts', 'g', { data: {} }),
      phone.change('notes', 'n4', { data: { title: 'd' } }),
    );
    expect(results.map(({ status, problem }) => problem?.code ?? status)).toEqual([
      'applied',
      'invalid_change',
      'invalid_change',
      'unknown_type',
      'applied',
    ]);
  });

  test('an item without a readable id is not answered, and the others are', () => {
    const good = phone.change('notes', 'n1', { data: { title: 'a' } });
    expect(phone.push('nonsense' as never, null as never, { seq: 1 }, { id: '' }, good)).toMatchObject([
      { id: good.id, status: 'applied' },
    ]);
  });

  test.each([
    ['an unknown field', { title: 'a', colour: 'red' }, 'invalid_change', 'colour'],
    ['a field of the device', { title: 'a', local: '/x' }, 'not_writable', 'local'],
    ['a wrong value', { title: 4 }, 'invalid_change', 'title'],
    ['a missing required field', { body: 'b' }, 'invalid_change', 'title'],
    ['half a unit', { title: 'a', from: 1 }, 'invalid_change', 'to'],
  ])('%s is rejected and named', (_, data, code, field) => {
    expect(phone.one(phone.change('notes', 'n1', { data }))).toMatchObject({
      status: 'rejected',
      problem: { code, field },
    });
  });

  test('a key like __proto__ is refused like any unknown field', () => {
    const data = JSON.parse('{"title":"a","__proto__":{"x":1}}') as Record<string, unknown>;
    const change = phone.change('notes', 'n1', { data, stamps: { title: phone.stamp() } });
    expect(phone.one(change)).toMatchObject({
      status: 'rejected',
      problem: { code: 'invalid_change', field: '__proto__' },
    });
  });

  test('data nested beyond all bounds is refused and does no harm', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    const change = phone.change('notes', 'n1', { data: { title: deep } });
    expect(phone.one(change)).toMatchObject({ status: 'rejected', problem: { code: 'invalid_change' } });
    expect(phone.one(change)).toMatchObject({ status: 'duplicate', first: 'rejected' });
  });

  test('a row over the size limit is rejected too_large', () => {
    const small = new OneServer({ limits: { rowBytes: 100 } }).device('phone');
    const change = small.change('notes', 'n1', { data: { title: 'é'.repeat(60) } });
    expect(small.one(change)).toMatchObject({ status: 'rejected', problem: { code: 'too_large' } });
  });

  test('a field without a stamp, and a unit with two, are rejected', () => {
    const bare = phone.change('notes', 'n1', { data: { title: 'a' }, stamps: {} });
    expect(phone.one(bare)).toMatchObject({ status: 'rejected', problem: { field: 'title' } });
    const data = { title: 'a', from: 1, to: 2 };
    const stamps = { title: phone.stamp(), from: phone.stamp(), to: phone.stamp(1) };
    expect(phone.one(phone.change('notes', 'n1', { data, stamps }))).toMatchObject({
      status: 'rejected',
      problem: { field: 'to' },
    });
  });

  test('an envelope that breaks the schema is 400', () => {
    expect(refusal(server.call('push', 'ana', { deviceId: 'phone' }))).toEqual({
      status: 400,
      code: 'invalid_request',
    });
    expect(refusal(server.call('push', 'ana', undefined))).toEqual({ status: 400, code: 'invalid_request' });
  });

  test('an older data schema than the server takes is 426', () => {
    const strict = new OneServer({ schemaVersionMin: 3 });
    const answer = strict.call('pull', 'ana', { deviceId: 'phone', registered: false }, { schemaVersion: 2 });
    expect(refusal(answer)).toEqual({ status: 426, code: 'update_required' });
  });
});
