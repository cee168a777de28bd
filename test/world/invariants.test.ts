import { describe, expect, it } from 'vitest';
import { policyRegistry } from '../../src/stage/policies.ts';
import type { Facts } from '../../src/world/facts.ts';
import type { Invariant } from '../../src/world/invariants/invariant.ts';
import { invariants } from '../../src/world/invariants/table.ts';
import { Ledger } from '../../src/world/ledger.ts';
import { factsOf, held, question, write } from './bad-histories.ts';
import { badMoments } from './bad-moments.ts';
import { factsOfIndexes, factsOfLog, factsOfThree } from './whole-devices.ts';

const one = write({ entityType: 'latest', action: 'create', set: { value: 'one' } });
const upon = write({ entityType: 'latest', by: 'tablet', set: { value: 'two' }, seen: { value: 'one' } });
const grouped = ['r', 's'].map((row) => ({ ...one, row, changeIds: ['a', 'b'], group: 1 }));
const apart = write({ entityType: 'latest', by: 'tablet', atMs: 60_000, set: { value: 'three' } });
const unaware = write({ entityType: 'latest', set: { value: 'three' }, seen: { value: 'one' } });
const askedApart = [one, apart].map((each) => ({ ...each, entityType: 'ask' }));
const deletion = write({ entityType: 'latest', by: 'tablet', action: 'delete', seen: { value: 'one' } });

/** A history that breaks the invariant, and one like it that keeps it. */
const atRest: Readonly<Record<string, readonly [bad: Facts, good: Facts]>> = {
  converged: [
    factsOf({ server: [held('latest', { value: 'one' })], phone: [held('latest', { value: 'two' })] }),
    factsOf({ server: [held('latest', { value: 'one' })] }),
  ],
  'no-lost-write': [
    factsOf({ writes: [one, upon], server: [held('latest', { value: 'one' })] }),
    factsOf({ writes: [one, upon], server: [held('latest', { value: 'two' })] }),
  ],
  'every-write-accounted': [
    factsOf({ writes: [one], stood: [] }),
    factsOf({
      writes: [one, { ...apart, by: 'phone' }],
      stood: [{ data: { value: 'one' }, lost: { value: 'three' } }],
    }),
  ],
  'policy-decides': [
    factsOf({ writes: [one, apart], stood: [{ data: { value: 'three' } }, { data: { value: 'one' } }] }),
    factsOf({ writes: [one, apart], stood: [{ data: { value: 'one' } }, { data: { value: 'three' } }] }),
  ],
  'asks-what-clashes': [
    factsOf({ writes: askedApart, stood: [{ data: { value: 'one' } }, { data: { value: 'three' } }] }),
    factsOf({
      writes: askedApart,
      stood: [{ data: { value: 'one' } }, { data: { value: 'three' } }],
      asked: [question('ask', 'tablet', { mine: 'three', theirs: 'one' })],
      decided: [{ ...question('ask', 'tablet', { mine: 'three', theirs: 'one' }), keep: 'mine' }],
    }),
  ],
  'no-self-conflict': [
    factsOf({ writes: [one, { ...upon, by: 'phone' }], stood: [{ data: { value: 'one' }, lost: { value: 'two' } }] }),
    factsOf({ writes: [one, apart], stood: [{ data: { value: 'one' }, lost: { value: 'three' } }] }),
  ],
  'sets-keep': [
    factsOf({ writes: [write({ entityType: 'set', set: { value: ['a'] } })], server: [held('set', { value: [] })] }),
    factsOf({ writes: [write({ entityType: 'set', set: { value: ['a'] } })], server: [held('set', { value: ['a'] })] }),
  ],
  'counters-exact': [
    factsOf({
      writes: [write({ entityType: 'counter', add: { value: 8 } })],
      server: [held('counter', { value: 16 })],
    }),
    factsOf({ writes: [write({ entityType: 'counter', add: { value: 8 } })], server: [held('counter', { value: 8 })] }),
  ],
  'effects-once': [factsOf({ effects: { a: 2 } }), factsOf({ effects: { a: 1 } })],
  'groups-whole': [
    factsOf({ writes: grouped, effects: { a: 1 } }),
    factsOf({ writes: grouped, effects: { a: 1, b: 1 } }),
  ],
  'nothing-invented': [
    factsOf({ writes: [one], server: [held('latest', { value: 'nobody' })] }),
    factsOf({ writes: [one], server: [held('latest', { value: 'one' })] }),
  ],
  'deletes-stay': [
    factsOf({ writes: [one, deletion], server: [held('latest', { value: 'one' })] }),
    factsOf({ writes: [one, deletion], server: [] }),
  ],
  'delete-policy-holds': [
    factsOf({
      writes: [one, unaware, deletion].map((each) => ({ ...each, entityType: 'editWins' })),
      stood: [{ data: { value: 'one' } }, { data: { value: 'three' } }, { deleted: true }],
    }),
    factsOf({
      writes: [one, unaware, deletion].map((each) => ({ ...each, entityType: 'deleteWins' })),
      stood: [{ data: { value: 'one' } }, { data: { value: 'three' } }, { deleted: true }],
    }),
  ],
  'synced-is-true': [factsOf({ queued: 1 }), factsOf({ queued: 1, synced: false })],
  'queue-drains': [factsOf({ queued: 1 }), factsOf({})],
  'no-storm': [factsOf({ requests: 10_000 }), factsOf({ requests: 20 })],
  'versions-rise': [
    factsOf({ server: [held('latest', {})], versions: [1, 3, 2] }),
    factsOf({ server: [held('latest', {})], versions: [1, 2, 2] }),
  ],
  'stores-stay-small': [factsOfLog(500), factsOfLog(10)],
  'storage-is-sound': [factsOfIndexes(false), factsOfIndexes(true)],
  'dead-block-nobody': [factsOfThree(false), factsOfThree(true)],
  'rest-is-rest': [factsOf({ pushedAgain: 1 }), factsOf({})],
};

/** Those with tests of their own: below, in `during-run.test.ts` and in `redelivery.test.ts`. */
const during = ['own-writes-shown', 'no-step-back', 'redelivery-changes-nothing', ...Object.keys(badMoments)];

function collect() {
  const texts: string[] = [];
  let applied = 0;
  const counts = (): void => {
    applied += 1;
  };
  return { texts, findings: { found: (text: string) => texts.push(text), counts }, applied: () => applied };
}

async function judge(invariant: Invariant, facts: Facts) {
  const { texts, findings, applied } = collect();
  for (const [user, rows] of facts.server) {
    for (const row of rows) invariant.atLook?.({ ...row, user, device: 'phone' }, facts.ledger, findings);
  }
  await invariant.atRest?.(facts, findings);
  return { texts, applied: applied() };
}

function named(name: string): Invariant {
  const found = invariants.find((invariant) => invariant.name === name);
  if (found === undefined) throw new Error(`there is no invariant ${name}`);
  return found.fresh?.() ?? found;
}

describe('an invariant', () => {
  it.each(Object.keys(atRest))('%s finds a bad history, and lets a good one pass after looking at it', async (name) => {
    const [bad, good] = atRest[name] as readonly [Facts, Facts];
    expect((await judge(named(name), bad)).texts.length).toBeGreaterThan(0);
    expect((await judge(named(name), good)).texts).toEqual([]);
  });

  it('has a bad history for every line of the table', () => {
    expect([...Object.keys(atRest), ...during].sort()).toEqual(invariants.map(({ name }) => name).sort());
  });

  it('own-writes-shown finds a value that is not shown after it was written', () => {
    const { texts, findings } = collect();
    const ledger = new Ledger(policyRegistry);
    const shown = { device: 'phone', user: 'ana', entityType: 'latest', row: 'r', data: { value: 'other' } };
    named('own-writes-shown').afterWrite?.(ledger.add(one), { shown, ledger }, findings);
    expect(texts).toEqual(['phone latest/r shows value "other" after "one" was written']);
  });

  it('policy-decides lets who lowers a value that won over another one lower it, and nobody else', async () => {
    const theirs = write({ entityType: 'max', set: { value: 5 } });
    const won = write({ entityType: 'max', by: 'tablet', set: { value: 9 } });
    const lowered = write({ entityType: 'max', by: 'tablet', set: { value: 3 }, seen: { value: 9 } });
    const stood = [{ data: { value: 5 } }, { data: { value: 3 } }];
    expect((await judge(named('policy-decides'), factsOf({ writes: [theirs, won, lowered], stood }))).texts).toEqual(
      [],
    );
    const lost = [theirs, { ...won, set: { value: 4 } }, { ...lowered, seen: { value: 4 } }];
    expect((await judge(named('policy-decides'), factsOf({ writes: lost, stood }))).texts).toHaveLength(1);
  });

  it('policy-decides goes by the newest of several edits that say the same, and says nothing where nobody can tell', async () => {
    const theirs = write({ entityType: 'max', set: { value: 5 } });
    const mine = write({ entityType: 'max', by: 'tablet', set: { value: 3 } });
    const again = write({ entityType: 'max', by: 'tablet', set: { value: 4 }, seen: { value: 3 } });
    const same = { ...again, seen: { value: 4 } };
    const texts = async (...more: (typeof mine)[]) => {
      const stood = [theirs, mine, ...more.slice(-1)].map(({ set }) => ({ data: set }));
      return (await judge(named('policy-decides'), factsOf({ writes: [theirs, mine, ...more], stood }))).texts;
    };
    expect(await texts(again, same)).toHaveLength(1);
    expect(await texts(again, { ...same, set: { value: 9 } })).toEqual([]);
    expect(await texts(again, same, { ...same, set: { value: 9 } })).toEqual([]);
  });

  it('delete-policy-holds finds a row that came back by who did not know of the delete, and an edit that went with one', async () => {
    const writes = (entityType: string) => [one, deletion, unaware].map((each) => ({ ...each, entityType }));
    const stood = [{ data: { value: 'one' } }, { deleted: true }];
    const back = factsOf({ writes: writes('deleteWins'), stood: [...stood, { data: { value: 'three' } }] });
    expect((await judge(named('delete-policy-holds'), back)).texts).toEqual([]);
    const without = { ...unaware, by: 'laptop' };
    const revived = [one, deletion, without].map((each) => ({ ...each, entityType: 'deleteWins' }));
    const bad = factsOf({ writes: revived, stood: [...stood, { data: { value: 'three' } }] });
    expect((await judge(named('delete-policy-holds'), bad)).texts).toHaveLength(1);
    const gone = factsOf({ writes: writes('editWins'), stood });
    expect((await judge(named('delete-policy-holds'), gone)).texts).toHaveLength(1);
  });

  it.each([
    ['lets a row come back that its maker deleted again before that was heard of', 30, 0],
    ['finds a row that came back after its maker had deleted it', 5, 1],
  ])('delete-policy-holds %s', async (_, deletedAgainMs, found) => {
    const made = write({ entityType: 'latest', by: 'laptop', action: 'create', atMs: 20, set: { value: 'two' } });
    const again = { ...made, action: 'delete' as const, atMs: deletedAgainMs, set: {}, seen: { value: 'two' } };
    const stood = [
      { data: { value: 'one' }, atMs: 0 },
      { deleted: true, atMs: 10 },
      { deleted: true, lost: { value: 'three' }, atMs: 40 },
      { data: { value: 'two' }, atMs: 50 },
    ];
    const writes = [one, { ...deletion, atMs: 8 }, made, again];
    expect((await judge(named('delete-policy-holds'), factsOf({ writes, stood }))).texts).toHaveLength(found);
  });

  it('rest-is-rest looks again when something that was sent before reaches the server, and at what is sent then', async () => {
    expect(await judge(named('rest-is-rest'), factsOf({ arrivingLate: 2 }))).toEqual({ texts: [], applied: 1 });
    const { texts } = await judge(named('rest-is-rest'), factsOf({ arrivingLate: 2, pushedAgain: 1 }));
    expect(texts).toEqual(['another sync pushed 1 times']);
  });

  it('asks-what-clashes finds a question about a value that was seen, and one that is asked again', async () => {
    const writes = [one, upon].map((each) => ({ ...each, entityType: 'ask' }));
    const asked = question('ask', 'tablet', { mine: 'two', theirs: 'one' });
    const stood = [{ data: { value: 'one' } }, { data: { value: 'two' } }];
    const seen = await judge(named('asks-what-clashes'), factsOf({ writes, stood, asked: [asked] }));
    expect(seen.texts).toEqual(['tablet asks about ask/r value "two" against "one": one was written upon the other']);
    const decided = [1, 2].map(() => ({
      ...question('ask', 'tablet', { mine: 'three', theirs: 'one' }),
      keep: 'mine' as const,
    }));
    const again = await judge(named('asks-what-clashes'), factsOf({ writes: askedApart, stood: [], decided }));
    expect(again.texts).toContain('tablet asked again about ask/r value "three", which was decided');
  });

  it('asks-what-clashes lets a device ask about what others wrote upon a value that it forgot having sent', async () => {
    const writes = [one, { ...upon, by: 'tablet' }].map((each) => ({ ...each, entityType: 'ask' }));
    const asked = [question('ask', 'phone', { mine: 'one', theirs: 'two' })];
    const facts = factsOf({ writes, stood: [{ data: { value: 'one' } }, { data: { value: 'two' } }], asked });
    expect((await judge(named('asks-what-clashes'), facts)).texts).toHaveLength(1);
    facts.ledger.replaced('phone');
    expect((await judge(named('asks-what-clashes'), facts)).texts).toEqual([]);
  });

  it.each([
    [
      'finds a value that is shown again after one written upon it',
      [],
      ['phone shows latest/r value "one" again, after "two"'],
    ],
    [
      'lets a value go with a delete of somebody who knew of it',
      [{ ...deletion, by: 'laptop', seen: { value: 'two' } }],
      [],
    ],
  ])('no-step-back %s', (_, more, expected) => {
    const { texts, findings } = collect();
    const ledger = new Ledger(policyRegistry);
    for (const each of [one, upon, ...more]) ledger.add(each);
    const invariant = named('no-step-back');
    for (const value of ['one', 'two', 'one']) {
      invariant.atLook?.(
        { device: 'phone', user: 'ana', entityType: 'latest', row: 'r', data: { value } },
        ledger,
        findings,
      );
    }
    expect(texts).toEqual(expected);
  });

  it.each([
    ['lets a question about a unit stand, of which another device changed one field', 'laptop', 0],
    ['finds a question about a unit, of which the same device changed one field before', 'phone', 1],
  ])('no-self-conflict %s', async (_, by, found) => {
    const entityType = 'unitAsk';
    const first = write({ entityType, action: 'create', set: { from: 'a', to: 'b' } });
    const second = write({ entityType, by, set: { from: 'a', to: 'c' }, seen: { from: 'a', to: 'b' } });
    const seen = found === 0 ? { from: 'a', to: 'b' } : { from: 'a', to: 'c' };
    const third = write({ entityType, set: { from: 'd', to: 'e' }, seen });
    const [mine, theirs] = [
      { from: 'd', to: 'e' },
      { from: 'a', to: 'c' },
    ];
    const asked = {
      ...question(entityType, 'phone', { mine: '', theirs: '' }),
      fields: [{ name: 'span', mine, theirs }],
    };
    const { texts, applied } = await judge(
      named('no-self-conflict'),
      factsOf({ writes: [first, second, third], asked: [asked] }),
    );
    expect([texts.length, applied]).toEqual([found, 1]);
  });

  it.each([
    ['lets a reference go to another id of the same row', { one: 'calm', other: 'calm' }, false, 0],
    ['finds a reference that goes back to another row', { one: 'calm', other: 'loud' }, false, 1],
    ['lets an edit go with the row that it names, when a person drops that', { one: 'calm', other: 'loud' }, true, 0],
  ])('no-step-back %s', (_, keys, isDropped, found) => {
    const { texts, findings } = collect();
    const ledger = new Ledger(policyRegistry);
    for (const [by, key] of Object.entries(keys))
      ledger.add(write({ entityType: 'keyed', by, action: 'create', row: key, entityId: by, set: { key } }));
    ledger.add(write({ entityType: 'child', set: { parentId: 'one' } }));
    ledger.add(write({ entityType: 'child', by: 'tablet', set: { parentId: 'other' }, seen: { parentId: 'one' } }));
    if (isDropped) ledger.reopened.add(`ana keyed ${keys.other}`);
    const invariant = named('no-step-back');
    for (const parentId of ['other', 'one']) {
      const seen = { device: 'tablet', user: 'ana', entityType: 'child', row: 'r', data: { parentId } };
      invariant.atLook?.(seen, ledger, findings);
    }
    expect(texts).toHaveLength(found);
  });
});
