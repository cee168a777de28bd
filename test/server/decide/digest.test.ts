import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../../src/lib/json.ts';
import { seedStore } from '../../../src/server/seed.ts';
import { OneServer, type TestDevice } from '../one-server.ts';
import { testRegistry } from '../test-registry.ts';

let server: OneServer;
let phone: TestDevice;

beforeEach(() => {
  server = new OneServer({ seed: { catalogue: [{ entityType: 'quotes', entityId: 'q1', data: { text: 'Be.' } }] } });
  phone = server.device('phone');
});

/** The rule of the protocol, written down a second time with other means. */
function reference(rows: readonly { entityType: string; entityId: string; version: number; data: unknown }[]): string {
  const sum = rows.reduce((total, { entityType, entityId, version, data }) => {
    const text = canonicalJson([entityType, entityId, version, data as Json]);
    return total + createHash('sha256').update(text).digest().readBigUInt64BE();
  }, 0n);
  return (sum % 2n ** 64n).toString(16).padStart(16, '0');
}

test('it is the sum over live rows as received, at the cursor that a completed pull ends with', () => {
  for (let at = 0; at < 30; at += 1)
    phone.push(phone.change('notes', `n${at}`, { data: { title: `é${at}`, body: null } }));
  phone.push(phone.change('notes', 'n3', { action: 'DELETE', base: 4 }));
  phone.push(phone.change('quotes', 'q1', { action: 'UPDATE', base: 0, data: { liked: true } }));
  const tablet = server.device('tablet');
  const rows = tablet.pull({ limit: 7 });
  const digest = server.digest();
  expect(digest.cursor).toBe(tablet.cursor);
  const live = (type: string) => rows.filter((row) => row.entityType === type && row.part === 'user' && !row.deleted);
  expect(digest.types.notes).toEqual({ count: 29, hash: reference(live('notes')) });
  expect(digest.types.quotes).toEqual({ count: 1, hash: reference(live('quotes')) });
  expect(digest.types.courses).toEqual({ count: 0, hash: '0000000000000000' });
});

test('one row written out by hand has the hash of its canonical JSON', () => {
  const whole = { title: 'a', body: null, from: 1, to: 2 };
  phone.push(phone.change('notes', 'n1', { data: whole }));
  expect(server.digest().types.notes).toEqual({
    count: 1,
    hash: createHash('sha256')
      .update('["notes","n1",1,{"body":null,"from":1,"title":"a","to":2}]')
      .digest('hex')
      .slice(0, 16),
  });
});

test('only the types and the bucket asked for are summed, and buckets add up', () => {
  phone.push(...Array.from({ length: 40 }, (_, at) => phone.change('notes', `n${at}`, { data: { title: 'x' } })));
  expect(Object.keys(server.digest('ana', { entityTypes: ['notes'] }).types)).toEqual(['notes']);
  let count = 0;
  for (let bucket = 0; bucket < 256; bucket += 1) {
    const name = bucket.toString(16).padStart(2, '0');
    count += server.digest('ana', { entityTypes: ['notes'], bucket: name }).types.notes?.count ?? 0;
  }
  expect(count).toBe(40);
});

test('the catalogue moves the cursor but not the hash', () => {
  const before = server.digest();
  seedStore(
    server.store,
    testRegistry,
    { catalogue: [{ entityType: 'quotes', entityId: 'q2', data: { text: 'Go.' } }] },
    server.nowMs,
  );
  const after = server.digest();
  expect(after.cursor).not.toBe(before.cursor);
  expect(after.types).toEqual(before.types);
});

test("another user's rows are not in it", () => {
  phone.push(phone.change('notes', 'n1', { data: { title: 'x' } }));
  expect(server.digest('bea').types.notes).toEqual({ count: 0, hash: '0000000000000000' });
});
