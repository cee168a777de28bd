import { expect, test } from 'vitest';
import { countCatalogue } from '../../src/server/count-catalogue.ts';
import { OneServer } from './one-server.ts';
import { testRegistry } from './test-registry.ts';

const quote = { entityType: 'quotes', entityId: 'q1', data: { text: 'Be.', likeCount: 100, commentCount: 7 } };
const like = (base: number, liked: boolean) => ({ action: 'UPDATE', base, data: { liked } }) as const;

/** What a device shows: server count − counted + own. */
function shown(server: OneServer, user: string): number {
  const rows = server.device(`reader-${user}`, user).pull();
  const catalogue = rows.find(({ part, entityId }) => part === 'catalogue' && entityId === 'q1')?.data;
  const own = rows.find(({ part, entityType }) => part === 'user' && entityType === 'quotes')?.data;
  return Number(catalogue?.likeCount) - Number(own?.likeCounted ?? 0) + (own?.liked === true ? 1 : 0);
}

test('likes and comments of all users are summed, each shown once before and after', () => {
  const server = new OneServer({ seed: { catalogue: [quote] } });
  const ana = server.device('ana-phone', 'ana');
  const bea = server.device('bea-phone', 'bea');
  ana.push(
    ana.change('quotes', 'q1', like(0, true)),
    ana.change('quoteComments', 'k1', { data: { quoteId: 'q1', text: 'so' } }),
  );
  bea.push(bea.change('quotes', 'q1', like(0, true)));
  expect(shown(server, 'ana')).toBe(101);
  expect(countCatalogue(server.store, testRegistry, server.nowMs)).toEqual({ users: 2, catalogueRows: 1 });
  expect(server.device('r', 'carl').pull()[0]?.data).toMatchObject({ likeCount: 102, commentCount: 8, text: 'Be.' });
  expect(server.row('quotes', 'q1', 'ana')?.data).toEqual({ liked: true, likeCounted: 1, commentsCounted: 1 });
  expect(shown(server, 'ana')).toBe(102);
});

test('taking a like back is taken out of the sum, and counting again changes nothing', () => {
  const server = new OneServer({ seed: { catalogue: [quote] } });
  const ana = server.device('ana-phone', 'ana');
  const version = ana.one(ana.change('quotes', 'q1', like(0, true))).version ?? 0;
  countCatalogue(server.store, testRegistry, server.nowMs);
  expect(ana.one(ana.change('quotes', 'q1', like(version, false)))).toMatchObject({ status: 'applied' });
  countCatalogue(server.store, testRegistry, server.nowMs);
  expect(server.device('r', 'carl').pull()[0]?.data).toMatchObject({ likeCount: 100 });
  expect(countCatalogue(server.store, testRegistry, server.nowMs)).toMatchObject({ catalogueRows: 0 });
});

test('a user without news since the last round is passed over', () => {
  const server = new OneServer({ seed: { catalogue: [quote] } });
  const ana = server.device('ana-phone', 'ana');
  ana.push(ana.change('quotes', 'q1', like(0, true)));
  const seen = new Map();
  expect(countCatalogue(server.store, testRegistry, server.nowMs, { seen }).users).toBe(1);
  expect(countCatalogue(server.store, testRegistry, server.nowMs, { seen }).users).toBe(0);
});
