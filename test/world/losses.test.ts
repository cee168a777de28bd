import { describe, expect, it } from 'vitest';
import { runStory } from '../../src/explore/story-run.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import { policyRegistry } from '../../src/stage/policies.ts';
import { countersExact } from '../../src/world/invariants/counters-exact.ts';
import type { Invariant } from '../../src/world/invariants/invariant.ts';
import { noLostWrite } from '../../src/world/invariants/no-lost-write.ts';
import { setsKeep } from '../../src/world/invariants/sets-keep.ts';
import { Ledger } from '../../src/world/ledger.ts';
import type { AllowedLoss } from '../../src/world/losses.ts';
import { factsOf, held, write } from './bad-histories.ts';

function foundBy(invariant: Invariant, facts: ReturnType<typeof factsOf>): readonly string[] {
  const found: string[] = [];
  void invariant.atRest?.(facts, { found: (text) => found.push(text), counts: () => undefined });
  return found;
}

/** The same end, with the loss of all writes authorised. */
function forgiven(facts: ReturnType<typeof factsOf>, loss: AllowedLoss): ReturnType<typeof factsOf> {
  facts.ledger.authorise(loss, facts.ledger.writes);
  return facts;
}

const lost = {
  'no-lost-write': [noLostWrite, { writes: [write({ entityType: 'latest', action: 'create', set: { value: 'a' } })] }],
  'sets-keep': [
    setsKeep,
    { writes: [write({ entityType: 'set', set: { value: ['a'] } })], server: [held('set', { value: [] })] },
  ],
  'counters-exact': [
    countersExact,
    { writes: [write({ entityType: 'counter', add: { value: 8 } })], server: [held('counter', { value: 0 })] },
  ],
} as const satisfies Record<string, readonly [Invariant, Parameters<typeof factsOf>[0]]>;

describe('a write that is missing at the end', () => {
  it.each(Object.entries(lost))('breaks %s, unless its loss is authorised', (_, [invariant, history]) => {
    expect(foundBy(invariant, factsOf(history))).toHaveLength(1);
    expect(foundBy(invariant, forgiven(factsOf(history), 'power-cut'))).toEqual([]);
  });

  it('counts once by the first reason that it was authorised for', () => {
    const ledger = new Ledger(policyRegistry);
    const one = ledger.add(write({ entityType: 'latest', set: { value: 'a' } }));
    ledger.authorise('power-cut', [one]);
    ledger.authorise('stays-dead', [one]);
    expect([...ledger.authorised]).toEqual([['power-cut', 1]]);
    expect(ledger.isCertain(one)).toBe(false);
  });
});

describe('a counter with additions that may be lost', () => {
  const writes = [
    write({ entityType: 'counter', add: { value: 1 } }),
    write({ entityType: 'counter', add: { value: 8 } }),
  ];

  it.each([
    [9, 0],
    [1, 0],
    [8, 1],
    [17, 1],
  ])('may be %i: %i findings', (value, count) => {
    const facts = factsOf({ writes, server: [held('counter', { value })] });
    facts.ledger.authorise('power-cut', facts.ledger.writes.slice(1));
    expect(foundBy(countersExact, facts)).toHaveLength(count);
  });
});

describe('a value that may be the beginning of its field', () => {
  it('names no writer, so that nothing is said to have been written upon it', () => {
    const ledger = new Ledger(policyRegistry);
    const zero = ledger.add(write({ entityType: 'counter', set: { value: 0 } }));
    const later = ledger.add(write({ entityType: 'counter', set: { value: 5 }, seen: { value: 0 } }));
    expect(ledger.isBefore(zero, later, 'value')).toBe(false);
  });
});

const story = (steps: readonly JsonObject[], dead: readonly string[]): JsonObject => ({
  scenario: 'losses',
  registry: 'policies',
  devices: { phone: { user: 'ana' }, tablet: { user: 'ana' } },
  steps: [
    { phone: 'offline' },
    { phone: { put: 'latest/r', set: { value: 'phone 1' } } },
    ...steps,
    { settle: true, dead },
  ],
  expect: [{ all: { invariants: true } }],
});

/** Devices whose data go or are replaced with what they had not sent: all of it is allowed, and the rest is judged. */
const upheavals: Readonly<Record<string, readonly JsonObject[]>> = {
  'loses its power': [{ phone: { 'power-cut': 5, restart: '1s' } }],
  'is restored from a backup': [
    { phone: 'backup' },
    { phone: { put: 'latest/r', set: { value: 'phone 2' } } },
    { phone: { restore: '1s' } },
  ],
  // The id took effect before; what the edit added to it went out and was refused, as another body under a known id.
  'is restored again before a refused edit goes out anew': [
    { phone: 'backup' },
    { phone: 'online' },
    { clock: { advance: '1m' } },
    { phone: { restore: '20ms' } },
    { phone: { put: 'latest/r', set: { other: 'phone 2' } } },
    { clock: { advance: '300ms' } },
    { phone: { restore: '0s' } },
  ],
  'is written over by a clone': [{ tablet: { clone: 'phone' } }],
  'dies in the commit of an edit': [
    { phone: { crash: 'after' } },
    { phone: { put: 'latest/r', set: { value: 'phone 2' } } },
  ],
  'stays dead': [{ phone: { put: 'latest/q', set: { value: 'phone 3' } } }],
};

describe('a device with unsent edits', () => {
  it.each(Object.entries(upheavals))('%s, and every invariant holds', async (what, steps) => {
    const run = await runStory(story(steps, what === 'stays dead' ? ['phone'] : []), 'losses', { open: openSim });
    expect(run.sentences).toEqual([]);
    expect(run.claims).toEqual([]);
  });
});
