import { expect, test } from 'vitest';
import { brandId, type UserId } from '../../../src/core/ids.ts';
import { exportAnswerSchema } from '../../../src/core/protocol/messages.ts';
import { countCatalogue } from '../../../src/server/count-catalogue.ts';
import { OneServer, refusal } from '../one-server.ts';
import { testRegistry } from '../test-registry.ts';

const quote = { entityType: 'quotes', entityId: 'q1', data: { text: 'Be.', likeCount: 100, commentCount: 7 } };

test('after an erasure every call of the user is answered user_erased, and other users notice nothing', () => {
  const server = new OneServer();
  const [phone, other] = [server.device('phone'), server.device('phone', 'bea')];
  for (const device of [phone, other]) device.push(device.change('notes', 'n1', { data: { title: 'mine' } }));
  const erased = server.call('erase', 'ana', undefined);
  expect([erased.status, JSON.parse(erased.body)]).toEqual([200, { erasedAt: server.nowMs }]);
  const gone = { status: 410, code: 'user_erased' };
  expect(refusal(phone.send('pull', { deviceId: 'phone', registered: true }))).toEqual(gone);
  expect(refusal(server.call('pull', 'ana', { deviceId: 'new', registered: false }))).toEqual(gone);
  expect(refusal(phone.send('push', { ...phone.envelope(), changes: [] }))).toEqual(gone);
  for (const name of ['devices', 'export'] as const) expect(refusal(server.call(name, 'ana', undefined))).toEqual(gone);
  server.nowMs += 1_000;
  expect(server.call('erase', 'ana', undefined).body).toBe(erased.body);
  expect(other.pull()).toMatchObject([{ entityId: 'n1' }]);
});

test('what an erased user liked is taken out of the sums of the catalogue', () => {
  const server = new OneServer({ seed: { catalogue: [quote] } });
  const phone = server.device('phone');
  phone.push(
    phone.change('quotes', 'q1', { action: 'UPDATE', base: 0, data: { liked: true } }),
    phone.change('quoteComments', 'k1', { data: { quoteId: 'q1', text: 'so' } }),
  );
  countCatalogue(server.store, testRegistry, server.nowMs);
  expect(server.device('r', 'carl').pull()[0]?.data).toMatchObject({ likeCount: 101, commentCount: 8 });
  server.call('erase', 'ana', undefined);
  countCatalogue(server.store, testRegistry, server.nowMs);
  expect(server.device('r2', 'carl').pull()[0]?.data).toMatchObject({ likeCount: 100, commentCount: 7 });
});

test('an export holds rows, versions, what was lost, and devices of the user alone, as the contract says', () => {
  const server = new OneServer();
  const [phone, other] = [server.device('phone'), server.device('tablet', 'bea')];
  other.push(other.change('notes', 'b1', { data: { title: 'of bea' } }));
  const { version = 0 } = phone.one(phone.change('notes', 'n1', { data: { title: 'a "quoted" \ud83d\ude00' } }));
  phone.push(phone.change('notes', 'n2', { data: { title: 'gone' } }));
  phone.push(phone.change('notes', 'n2', { action: 'DELETE', base: version + 1 }));
  phone.resolve('notes', 'n1', {
    id: 'r1',
    changeId: 'lost-1',
    outcome: 'server',
    against: version,
    lost: { title: 'x' },
  });
  const text = server.call('export', 'ana', undefined).body;
  expect(text).not.toContain('bea');
  const exported = exportAnswerSchema.parse(JSON.parse(text));
  expect(exported.rows.notes).toMatchObject([{ entityId: 'n1', data: { title: 'a "quoted" \ud83d\ude00' } }]);
  expect(exported.history.map(({ entityId, deleted }) => [entityId, deleted])).toEqual([
    ['n1', false],
    ['n1', false],
    ['n2', false],
    ['n2', true],
  ]);
  expect(exported.history[1]).toMatchObject({ outcome: 'server', settles: 'lost-1', lost: { title: 'x' } });
  expect(exported.devices).toMatchObject([{ deviceId: 'phone', registeredAt: server.nowMs }]);
});

test('a user let in again begins anew, with numbers above all that were given out', () => {
  const server = new OneServer();
  const before = server.device('phone');
  before.push(before.change('notes', 'n1', { data: { title: 'old' } }));
  server.call('erase', 'ana', undefined);
  const user = brandId<UserId>('ana');
  const counter = server.store.read(() => server.store.user(user).user().counter);
  server.store.write(() => server.store.user(user).apply([{ kind: 'readmit' }]));
  const after = server.device('new-phone');
  expect(after.pull()).toEqual([]);
  expect(after.one(after.change('notes', 'n1', { data: { title: 'new' } })).version).toBeGreaterThan(counter);
  expect(refusal(before.send('pull', { deviceId: 'phone', registered: true }))).toMatchObject({
    code: 'device_unknown',
  });
});
