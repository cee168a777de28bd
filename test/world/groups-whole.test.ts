import { describe, expect, it } from 'vitest';
import type { Facts } from '../../src/world/facts.ts';
import { groupsWhole } from '../../src/world/invariants/groups-whole.ts';
import { factsOf, write } from './bad-histories.ts';

const made = write({ entityType: 'latest', action: 'create', set: { value: 'one' } });
const grouped = ['r', 's'].map((row) => ({ ...made, row, changeIds: ['a', 'b'], group: 1 }));
const deletion = write({ entityType: 'latest', action: 'delete' });

/** What is found where the phone wrote `before`, lost its data if told, and then made two edits as one, of which one took effect. */
async function found(before: readonly (typeof made)[], replaced: boolean): Promise<readonly string[]> {
  const facts: Facts = factsOf({ writes: before, effects: { a: 1 } });
  if (replaced) facts.ledger.replaced('phone');
  for (const each of grouped) facts.ledger.add(each);
  const texts: string[] = [];
  await groupsWhole.atRest?.(facts, { found: (text) => texts.push(text), counts: () => undefined });
  return texts;
}

describe('groups-whole', () => {
  it('finds a group that took effect in part beside an own write that the device knew of', async () => {
    expect(await found([deletion], false)).toHaveLength(1);
  });

  it('lets a member meet what its device wrote and forgot', async () => {
    expect(await found([deletion], true)).toEqual([]);
  });

  it('finds a group that took effect in part where nothing was written before the data were replaced', async () => {
    expect(await found([], true)).toHaveLength(1);
  });
});
