import { beforeEach, describe, expect, test } from 'vitest';
import { OneServer, type TestDevice } from '../one-server.ts';

let server: OneServer;
let phone: TestDevice;
let tablet: TestDevice;
let clashId: string;

const update = (base: number, data: Record<string, unknown>) => ({ action: 'UPDATE', base, data }) as const;

beforeEach(() => {
  server = new OneServer();
  phone = server.device('phone');
  tablet = server.device('tablet');
  phone.one(phone.change('notes', 'n1', { data: { title: 'a', body: 'b' } }));
  tablet.one(tablet.change('notes', 'n1', update(1, { title: 'theirs' })));
  const clash = phone.change('notes', 'n1', update(1, { title: 'mine' }));
  expect(phone.one(clash).status).toBe('conflict');
  clashId = clash.id;
});

const history = () =>
  JSON.parse(server.call('history', 'ana', ['notes', 'n1']).body).versions as Record<string, unknown>[];

describe('outcomes', () => {
  test.each(['local', 'merged'] as const)('%s writes its data as a new version, with its stamps', (outcome) => {
    const decision = { id: 'r1', changeId: clashId, outcome, against: 2, data: { title: 'decided' } };
    expect(phone.resolve('notes', 'n1', decision)).toMatchObject({
      status: 'applied',
      version: 3,
      row: { data: { title: 'decided', body: 'b' } },
    });
    expect(history().at(-1)).toMatchObject({ version: 3, outcome, origin: { deviceId: 'phone', changeId: 'r1' } });
  });

  test('server writes no field, is recorded, and keeps what was lost', () => {
    const decision = { id: 'r1', changeId: clashId, outcome: 'server', against: 2, lost: { title: 'mine' } } as const;
    expect(phone.resolve('notes', 'n1', decision)).toMatchObject({
      status: 'applied',
      version: 2,
      row: { data: { title: 'theirs' } },
    });
    expect(history().at(-1)).toMatchObject({ version: 2, changed: [], outcome: 'server', lost: { title: 'mine' } });
    expect(server.row('notes', 'n1')?.version).toBe(2);
  });

  test('delete leaves a tombstone', () => {
    expect(phone.resolve('notes', 'n1', { id: 'r1', changeId: clashId, outcome: 'delete', against: 2 })).toMatchObject({
      status: 'applied',
      row: { deleted: true },
    });
  });

  test('a change that is sent again says where it was decided', () => {
    const clash = phone.change('notes', 'n1', update(1, { title: 'mine too' }));
    expect(phone.one(clash)).not.toHaveProperty('resolved');
    phone.resolve('notes', 'n1', {
      id: 'r1',
      changeId: clash.id,
      outcome: 'local',
      against: 2,
      data: { title: 'mine' },
    });
    expect(phone.one(clash)).toMatchObject({
      status: 'duplicate',
      first: 'conflict',
      resolved: 3,
      row: { version: 3 },
    });
  });

  test('server, delete and withdraw carry no data', () => {
    const odd = { id: 'r1', changeId: clashId, outcome: 'server', against: 2, data: { title: 'x' } } as const;
    expect(phone.resolve('notes', 'n1', odd)).toMatchObject({
      status: 'rejected',
      problem: { code: 'invalid_change' },
    });
  });

  test('counters in its data are refused', () => {
    phone.one(phone.change('stats', 'me', { data: {} }));
    const odd = { id: 'r1', changeId: 'x', outcome: 'local', against: 9, data: { total: 5 } } as const;
    expect(phone.resolve('stats', 'me', odd)).toMatchObject({ status: 'rejected', problem: { code: 'not_writable' } });
  });
});

describe('clashes', () => {
  test('a field it writes that changed since is a conflict, and the device decides anew under a new id', () => {
    tablet.one(tablet.change('notes', 'n1', update(2, { title: 'again' })));
    const decision = { changeId: clashId, outcome: 'local', data: { title: 'mine' } } as const;
    expect(phone.resolve('notes', 'n1', { ...decision, id: 'r1', against: 2 })).toMatchObject({
      status: 'conflict',
      row: { version: 3 },
    });
    expect(phone.resolve('notes', 'n1', { ...decision, id: 'r2', against: 3 })).toMatchObject({ status: 'applied' });
  });

  test('a field it only names clashes too, another field does not', () => {
    tablet.one(tablet.change('notes', 'n1', update(2, { body: 'newer' })));
    const decision = { changeId: clashId, outcome: 'server', against: 2 } as const;
    expect(phone.resolve('notes', 'n1', { ...decision, id: 'r1', lost: { body: 'x' } })).toMatchObject({
      status: 'conflict',
    });
    expect(phone.resolve('notes', 'n1', { ...decision, id: 'r2', lost: { title: 'mine' } })).toMatchObject({
      status: 'applied',
    });
  });

  test('a row deleted, or deleted and recreated since, clashes whatever it writes', () => {
    tablet.one(tablet.change('notes', 'n1', { action: 'DELETE', base: 2 }));
    const decision = { changeId: clashId, outcome: 'server', against: 2 } as const;
    expect(phone.resolve('notes', 'n1', { ...decision, id: 'r1' })).toMatchObject({
      status: 'conflict',
      problem: { code: 'row_deleted' },
    });
    tablet.one(tablet.change('notes', 'n1', { base: 3, data: { title: 'new' } }));
    expect(phone.resolve('notes', 'n1', { ...decision, id: 'r2' })).toMatchObject({ status: 'conflict' });
  });

  test('against the tombstone itself, local brings the row back whole and server leaves it deleted', () => {
    tablet.one(tablet.change('notes', 'n1', { action: 'DELETE', base: 2 }));
    const decision = { changeId: clashId, against: 3 } as const;
    expect(phone.resolve('notes', 'n1', { ...decision, id: 'r1', outcome: 'server' })).toMatchObject({
      status: 'applied',
      row: { deleted: true },
    });
    expect(
      phone.resolve('notes', 'n1', { ...decision, id: 'r2', outcome: 'local', data: { body: 'part' } }),
    ).toMatchObject({ status: 'rejected' });
    expect(
      phone.resolve('notes', 'n1', { ...decision, id: 'r3', outcome: 'local', data: { title: 'back' } }),
    ).toMatchObject({ status: 'applied', version: 4, row: { deleted: false, data: { title: 'back' } } });
  });
});

describe('repetition', () => {
  test('its id is looked up before the version: a repeat is a duplicate, whatever happened since', () => {
    const decision = { id: 'r1', changeId: clashId, outcome: 'local', against: 2, data: { title: 'mine' } } as const;
    phone.resolve('notes', 'n1', decision);
    tablet.one(tablet.change('notes', 'n1', update(3, { title: 'later' })));
    expect(phone.resolve('notes', 'n1', decision)).toMatchObject({
      status: 'duplicate',
      first: 'applied',
      version: 3,
      row: { version: 4 },
    });
    expect(phone.resolve('notes', 'n1', { ...decision, data: { title: 'other' } })).toMatchObject({
      problem: { code: 'id_reused' },
    });
  });

  test('an id used by a change is no id for a resolution', () => {
    expect(
      phone.resolve('notes', 'n1', { id: clashId, changeId: clashId, outcome: 'server', against: 2 }),
    ).toMatchObject({ problem: { code: 'id_reused' } });
  });
});

describe('increments', () => {
  const add = { action: 'UPDATE', base: 1, increments: { total: 5 }, data: { best: 1 } } as const;
  let mixed: string;

  beforeEach(() => {
    phone.one(phone.change('stats', 'me', { data: { best: 0 } }));
    tablet.one(tablet.change('stats', 'me', { action: 'UPDATE', base: 3, data: { best: 9 } }));
    const change = phone.change('stats', 'me', { ...add, base: 3 });
    expect(phone.one(change).status).toBe('conflict');
    mixed = change.id;
  });

  const total = () => (server.row('stats', 'me')?.data as { total: number } | undefined)?.total;

  test.each(['server', 'local'] as const)('of the change it settles are applied once with outcome %s', (outcome) => {
    const decision = { changeId: mixed, outcome, against: 4, increments: { total: 5 } } as const;
    phone.resolve('stats', 'me', { ...decision, id: 'r1' });
    expect(total()).toBe(5);
    phone.resolve('stats', 'me', { ...decision, id: 'r1' });
    phone.resolve('stats', 'me', { ...decision, id: 'r2', against: 5 });
    expect(total()).toBe(5);
  });

  test('a resolution that clashed has not applied them, the next one does', () => {
    tablet.one(tablet.change('stats', 'me', { action: 'UPDATE', base: 4, data: { best: 10 } }));
    const decision = { changeId: mixed, outcome: 'local', data: { best: 1 }, increments: { total: 5 } } as const;
    expect(phone.resolve('stats', 'me', { ...decision, id: 'r1', against: 4 })).toMatchObject({ status: 'conflict' });
    expect(total()).toBe(0);
    phone.resolve('stats', 'me', { ...decision, id: 'r2', against: 5 });
    expect(total()).toBe(5);
  });

  test('one that names an applied change applies none', () => {
    const done = phone.change('stats', 'me', { action: 'UPDATE', base: 4, increments: { total: 2 } });
    phone.one(done);
    phone.resolve('stats', 'me', {
      id: 'r1',
      changeId: done.id,
      outcome: 'server',
      against: 5,
      increments: { total: 2 },
    });
    expect(total()).toBe(2);
  });

  test('a row that stays deleted takes none', () => {
    tablet.one(tablet.change('stats', 'me', { action: 'DELETE', base: 4 }));
    phone.resolve('stats', 'me', {
      id: 'r1',
      changeId: mixed,
      outcome: 'server',
      against: 5,
      increments: { total: 5 },
    });
    expect(total()).toBe(0);
  });
});

describe('changes without a verdict', () => {
  test('withdraw in time stores rejected withdrawn for the change, which then can not apply', () => {
    const late = phone.change('notes', 'n2', { data: { title: 'x' } });
    const withdrawal = { id: 'w1', changeId: late.id, outcome: 'withdraw' } as const;
    const verdict = { status: 'rejected', problem: { code: 'withdrawn' } };
    expect(phone.resolve('notes', 'n2', withdrawal)).toMatchObject(verdict);
    expect(phone.resolve('notes', 'n2', withdrawal)).toMatchObject({ status: 'duplicate', first: 'rejected' });
    expect(phone.one(late)).toMatchObject({ status: 'duplicate', first: 'rejected', problem: { code: 'withdrawn' } });
    expect(server.row('notes', 'n2')).toBeUndefined();
  });

  test('withdraw too late answers with the verdict of the change, and writes nothing', () => {
    const done = phone.change('notes', 'n2', { data: { title: 'x' } });
    phone.one(done);
    expect(phone.resolve('notes', 'n2', { id: 'w1', changeId: done.id, outcome: 'withdraw' })).toMatchObject({
      status: 'applied',
      version: 3,
    });
    expect(phone.resolve('notes', 'n1', { id: 'w2', changeId: clashId, outcome: 'withdraw' })).toMatchObject({
      status: 'conflict',
      problem: { code: 'stale_base' },
    });
    expect(server.row('notes', 'n2')).toMatchObject({ version: 3, data: { title: 'x' } });
  });

  test('any resolution that names one settles it likewise', () => {
    const late = phone.change('notes', 'n1', update(1, { title: 'mine' }));
    phone.resolve('notes', 'n1', {
      id: 'r1',
      changeId: late.id,
      outcome: 'server',
      against: 2,
      lost: { title: 'mine' },
    });
    expect(phone.one(late)).toMatchObject({ status: 'duplicate', first: 'rejected', problem: { code: 'withdrawn' } });
    expect(server.row('notes', 'n1')?.data).toMatchObject({ title: 'theirs' });
  });
});

describe('rollback', () => {
  const rollback = (more: object) => {
    const body = { ...phone.envelope(), entityType: 'notes', entityId: 'n1', againstVersion: 2, toVersion: 1, ...more };
    return JSON.parse(phone.send('rollback', body).body).results[0];
  };

  test('writes the fields of an old version as a new one, once', () => {
    expect(rollback({ id: 'b1' })).toMatchObject({
      status: 'applied',
      version: 3,
      row: { data: { title: 'a', body: 'b' } },
    });
    expect(rollback({ id: 'b1' })).toMatchObject({ status: 'duplicate', first: 'applied' });
    expect(server.row('notes', 'n1')?.version).toBe(3);
    expect(history().at(-1)).toMatchObject({ outcome: 'rollback' });
  });

  test('clashes with anything newer than it knew, and refuses a version that never was', () => {
    expect(rollback({ id: 'b1', againstVersion: 1 })).toMatchObject({ status: 'conflict' });
    expect(rollback({ id: 'b2', toVersion: 77 })).toMatchObject({ status: 'rejected' });
  });

  test('leaves counters alone', () => {
    phone.one(phone.change('stats', 'me', { data: { best: 1 } }));
    phone.one(phone.change('stats', 'me', { action: 'UPDATE', base: 3, data: { best: 2 }, increments: { total: 7 } }));
    const asked = { id: 'b1', entityType: 'stats', entityId: 'me', againstVersion: 4, toVersion: 3 };
    expect(rollback(asked)).toMatchObject({ status: 'applied', row: { data: { best: 1, total: 7 } } });
  });
});
