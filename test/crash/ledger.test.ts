import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/core/queue/item.ts';
import type { SeenUser } from '../process/served.ts';
import type { CrashedFile } from './crashed-file.ts';
import { Ledger } from './ledger.ts';
import { type Begun, slotBase } from './writer-lines.ts';

const create: Begun = { kind: 'begin', n: 1, action: 'create', entityId: 'r1', token: 't1', slot: 0 };
const add: Begun = { kind: 'begin', n: 2, action: 'add', entityId: 'me', token: 't2', slot: 1 };
const before: SeenUser = { counter: 0, rows: [], verdicts: [], effects: {} };

function twoWrites(): Ledger {
  const ledger = new Ledger();
  ledger.begin('phone', create)(['c1']);
  ledger.begin('phone', add)(['c2']);
  return ledger;
}

function server(parts: { readonly effects?: SeenUser['effects']; readonly minutes?: number; readonly notes?: string }) {
  const { effects = { c1: 1, c2: 1 }, minutes = slotBase, notes = 't1' } = parts;
  const rows = [
    { entityType: 'meditation', entityId: 'r1', version: 1, data: { notes } },
    { entityType: 'meditationStats', entityId: 'me', version: 2, data: { totalMinutes: minutes } },
  ];
  return { before, after: { ...before, rows, effects } };
}

function file(...items: readonly Partial<Item>[]): CrashedFile {
  const changes = new Map(items.map((item) => [String(item.id), item as Item]));
  return { changes, takenOver: new Map(), inFlight: 0, life: 1, openFrames: 0 };
}

describe('the ledger of the crash test', () => {
  it('finds nothing wrong when every write is on the server once', () => {
    expect(twoWrites().settled(server({}))).toEqual([]);
  });

  it.each([
    ['a lost change', { effects: { c2: 1 } }, /c1 has 0 effects/],
    ['a doubled change', { effects: { c1: 1, c2: 2 } }, /c2 has 2 effects/],
    ['a change of nobody', { effects: { c1: 1, c2: 1, c9: 1 } }, /c9, which nobody wrote/],
    ['a counter that missed an increment', { minutes: 0 }, /counters are 0,0,0,0,0, written 0,1,0,0,0/],
    ['a counter that took one twice', { minutes: 2 * slotBase }, /counters are 0,2/],
    ['an older note', { notes: 't0' }, /r1 has note t0, written last was t1/],
  ])('tells %s', (_, seen, problem) => {
    expect(twoWrites().settled(server(seen))).toContainEqual(expect.stringMatching(problem));
  });

  it('tells an answered write that the file does not hold after a kill', () => {
    const ledger = twoWrites();
    ledger.reopened('phone', file({ id: 'c1' as Item['id'] }));
    expect(ledger.problems).toEqual(["t2: answered, and not in phone's file after a kill"]);
  });

  it('an unanswered write counts from then on if the file holds it, and had its transaction open if not', () => {
    const ledger = new Ledger();
    ledger.begin('phone', create);
    const held = { id: 'c1' as Item['id'], data: { notes: 't1' }, increments: null };
    expect(ledger.reopened('phone', file(held))).toBe(0);
    expect(ledger.settled({ before, after: before })[0]).toContain('c1 has 0 effects');
    ledger.begin('phone', add);
    expect(ledger.reopened('phone', file(held))).toBe(1);
  });
});
