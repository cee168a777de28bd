import { beforeEach, describe, expect, test } from 'vitest';
import { purgeStore } from '../../../src/server/upkeep.ts';
import { OneServer, refusal, type TestDevice } from '../one-server.ts';

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

describe('purged tombstones', () => {
  const expired = { status: 410, code: 'cursor_expired' };
  const pullFrom = (cursor: string | null) => tablet.send('pull', { deviceId: 'tablet', registered: true, cursor });

  beforeEach(() => {
    phone.push(...notes(0, 1));
    tablet.page();
  });

  test('a position below them is 410 cursor_expired; one at or above them goes on', () => {
    const before = tablet.cursor;
    phone.push(phone.change('notes', 'n0', { action: 'DELETE', base: 1 }));
    tablet.page();
    const after = tablet.cursor;
    server.nowMs += 1;
    expect(purgeStore(server.store, server.nowMs, { tombstoneMs: 0 })).toMatchObject({ tombstones: 1 });
    expect(refusal(pullFrom(before))).toEqual(expired);
    expect(pullFrom(after).status).toBe(200);
    expect(pullFrom(null).status).toBe(200);
  });

  test('it is judged by type: deletions of a type not asked for do no harm', () => {
    const before = tablet.cursor;
    phone.push(phone.change('notes', 'n0', { action: 'DELETE', base: 1 }));
    server.nowMs += 1;
    purgeStore(server.store, server.nowMs, { tombstoneMs: 0 });
    const only = { deviceId: 'tablet', registered: true, cursor: before, entityTypes: ['courses'] };
    expect(tablet.send('pull', only).status).toBe(200);
  });

  test('it is judged by version, not by time: a clock that stood still does not matter', () => {
    const before = tablet.cursor;
    phone.push(phone.change('notes', 'n0', { action: 'DELETE', base: 1 }));
    purgeStore(server.store, server.nowMs + 31 * 86_400_000);
    expect(refusal(pullFrom(before))).toEqual(expired);
  });

  test('tombstones within the horizon stay', () => {
    phone.push(phone.change('notes', 'n0', { action: 'DELETE', base: 1 }));
    expect(purgeStore(server.store, server.nowMs + 29 * 86_400_000)).toMatchObject({ tombstones: 0 });
  });

  test('a device unseen for 180 days is forgotten with its results, the others stay', () => {
    const change = phone.change('notes', 'n9', { data: { title: 'x' } });
    phone.push(change);
    server.nowMs += 181 * 86_400_000;
    tablet.push(tablet.change('notes', 'n10', { data: { title: 'y' } }));
    expect(purgeStore(server.store, server.nowMs)).toMatchObject({ devices: 1 });
    expect(refusal(phone.send('push', { ...phone.envelope(), changes: [] }))).toEqual({
      status: 410,
      code: 'device_unknown',
    });
    expect(tablet.page({ unsettled: [change.id, 'tablet-1'] }).settled).toMatchObject([{ id: 'tablet-1' }]);
  });
});
