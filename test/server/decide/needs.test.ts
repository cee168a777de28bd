import { beforeEach, expect, test } from 'vitest';
import { brandId, type UserId } from '../../../src/core/ids.ts';
import { defaultLimits } from '../../../src/core/limits.ts';
import { needsOf } from '../../../src/server/decide/needs.ts';
import { decidePush } from '../../../src/server/decide/push.ts';
import type { Reads } from '../../../src/server/decide/reads.ts';
import { decideResolve } from '../../../src/server/decide/resolve.ts';
import { OneServer, type TestDevice } from '../one-server.ts';
import { testRegistry } from '../test-registry.ts';

let server: OneServer;
let phone: TestDevice;

beforeEach(() => {
  server = new OneServer({ seed: { catalogue: [{ entityType: 'quotes', entityId: 'q1', data: { text: 'Be.' } }] } });
  phone = server.device('phone');
  phone.push(
    phone.change('notes', 'n1', { data: { title: 'a' } }),
    phone.change('courses', 'c1', { data: { program: 'p' } }),
  );
});

/** Reads that note every key they are asked for, as texts to compare. */
function noting(reads: Reads, noted: Set<string>): Reads {
  const note = (kind: string, ...key: readonly (string | number)[]) => noted.add([kind, ...key].join(' '));
  return {
    user: () => reads.user(),
    device: (id) => note('device', id) && reads.device(id),
    row: (key) => note('row', key.entityType, key.entityId) && reads.row(key),
    catalogueRow: (key) => note('catalogue', key.entityType, key.entityId) && reads.catalogueRow(key),
    verdict: (id) => note('verdict', id) && reads.verdict(id),
    changeAt: (place) => note('place', place.deviceId, place.seq) && reads.changeAt(place),
    keyHolder: (key) => note('key', key.entityType, key.naturalKey) && reads.keyHolder(key),
    existed: (key) => reads.existed(key),
    effectAt: (key, id) => reads.effectAt(key, id),
  } as Reads;
}

function declared(body: unknown): Set<string> {
  const needs = needsOf(testRegistry, body);
  return new Set([
    ...needs.devices.map((id) => `device ${id}`),
    ...needs.rows.map(({ entityType, entityId }) => `row ${entityType} ${entityId}`),
    ...needs.catalogueRows.map(({ entityType, entityId }) => `catalogue ${entityType} ${entityId}`),
    ...needs.verdicts.map((id) => `verdict ${id}`),
    ...needs.places.map(({ deviceId, seq }) => `place ${deviceId} ${seq}`),
    ...needs.naturalKeys.map(({ entityType, naturalKey }) => `key ${entityType} ${naturalKey}`),
  ]);
}

const caller = { deviceId: null, schemaVersion: null, appVersion: null };

function undeclared(body: object, decide: typeof decidePush): string[] {
  const noted = new Set<string>();
  server.store.read(() => {
    const reads = noting(server.store.user(brandId<UserId>('ana')), noted);
    const limits = defaultLimits;
    decide(
      { registry: testRegistry, limits, nowMs: server.nowMs, epoch: server.store.epoch(), reads, user: reads.user() },
      body,
      caller,
    );
  });
  const known = declared(body);
  expect(noted.size).toBeGreaterThan(3);
  return [...noted].filter((key) => !known.has(key));
}

test('a push looks up nothing that it did not declare', () => {
  const changes = [
    phone.change('notes', 'n1', { action: 'UPDATE', base: 1, data: { title: 'b' }, dependsOn: ['phone-1'] }),
    phone.change('notes', 'n2', { seq: 0, data: { title: 'c' } }),
    phone.change('courses', 'c2', { data: { program: 'p' } }),
    phone.change('lessons', 'l1', { data: { course: 'c1' } }),
    phone.change('quotes', 'q1', { action: 'UPDATE', base: 0, data: { liked: true } }),
    phone.change('quoteComments', 'k1', { data: { quoteId: 'q1', text: 'yes' } }),
    phone.change('notes', 'n1', { action: 'DELETE', base: 1 }),
    phone.change('ghosts', 'g1', { data: {} }),
  ];
  expect(undeclared({ ...phone.envelope(), changes }, decidePush)).toEqual([]);
});

test('a resolve looks up nothing that it did not declare', () => {
  const resolution = { id: 'r1', changeId: 'phone-1', entityType: 'notes', entityId: 'n1', againstVersion: 1 };
  const resolutions = [{ ...resolution, outcome: 'local', data: { title: 'x' }, stamps: { title: phone.stamp() } }];
  expect(undeclared({ ...phone.envelope(), resolutions }, decideResolve)).toEqual([]);
});

test.each([undefined, null, 7, [], { changes: 7 }, { changes: [null, 7, {}], deviceId: 4 }])(
  '%j needs nothing and does no harm',
  (body) => {
    expect(declared(body).size).toBe(0);
  },
);
