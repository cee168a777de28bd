import { describe, expect, test } from 'vitest';
import { OneServer } from '../one-server.ts';

describe('a server that lost its verdicts', () => {
  const server = new OneServer();
  const phone = server.device('phone');

  test('a change whose verdict was lost is known by the history: it has no second effect, alone or in a group', () => {
    const counted = phone.change('stats', 'me', { increments: { total: 1 } });
    const members = ['a', 'b'].map((id) =>
      phone.change('stats', id, { increments: { total: 1 }, group: 'g', groupSize: 2 }),
    );
    phone.push(counted, ...members);
    const decision = { id: 'r1', changeId: 'other', outcome: 'merged', against: 1, increments: { total: 2 } } as const;
    phone.resolve('stats', 'me', decision);
    server.store.forgetResults();
    expect(phone.push(counted, ...members)).toMatchObject(
      [counted, ...members].map(({ id }) => ({ id, status: 'duplicate', first: 'applied', version: 1 })),
    );
    expect(phone.resolve('stats', 'me', decision)).toMatchObject({ status: 'duplicate', first: 'applied' });
    expect(phone.resolve('stats', 'a', { ...decision, id: 'r2', changeId: members[0]?.id ?? '' }).version).toBe(1);
    expect(['me', 'a', 'b'].map((id) => server.row('stats', id)?.data)).toEqual([
      { total: 3 },
      { total: 1 },
      { total: 1 },
    ]);
  });
});
