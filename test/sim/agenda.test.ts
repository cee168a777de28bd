import { expect, it } from 'vitest';
import { Agenda } from '../../src/sim/agenda.ts';

function played(agenda: Agenda): void {
  while (agenda.step());
}

it('events happen in the order of time, then of the tie-break number, then of planning', () => {
  const ties: Record<string, number> = { late: 2, early: 1 };
  const agenda = new Agenda((lane) => ties[lane] ?? 0);
  const seen: string[] = [];
  const plan = (delayMs: number, lane: string, text: string) => agenda.after(delayMs, lane, () => seen.push(text));
  plan(5, 'early', 'later');
  plan(1, 'late', 'second tie');
  plan(1, 'early', 'first tie');
  plan(1, 'early', 'same tie, planned after');
  played(agenda);
  expect(seen).toEqual(['first tie', 'same tie, planned after', 'second tie', 'later']);
  expect(agenda.nowMs).toBe(5);
});

it('a cancelled event does not happen, and an agenda of cancelled events is empty', () => {
  const agenda = new Agenda();
  const seen: string[] = [];
  const timer = agenda.after(10, 'a', () => seen.push('cancelled'));
  timer.cancel();
  timer.cancel();
  expect(agenda.nextAtMs()).toBeNull();
  agenda.after(20, 'a', () => seen.push('kept'));
  expect(agenda.nextAtMs()).toBe(20);
  played(agenda);
  expect(seen).toEqual(['kept']);
});

it('an event that was planned for now happens later, not inside the call', () => {
  const agenda = new Agenda();
  const seen: string[] = [];
  agenda.after(0, 'a', () => {
    agenda.after(0, 'a', () => seen.push('inner'));
    seen.push('outer');
  });
  expect(seen).toEqual([]);
  played(agenda);
  expect(seen).toEqual(['outer', 'inner']);
});

it('what fell due in a jump happens after it, in order, at the new time', () => {
  const agenda = new Agenda();
  const seen: [string, number][] = [];
  agenda.after(200, 'a', () => seen.push(['second', agenda.nowMs]));
  agenda.after(100, 'a', () => seen.push(['first', agenda.nowMs]));
  agenda.skip(1_000);
  expect(seen).toEqual([]);
  played(agenda);
  expect(seen).toEqual([
    ['first', 1_000],
    ['second', 1_000],
  ]);
});

it('what is due for a lane with a handicap happens that much later, and what was planned before stays as it is', () => {
  const agenda = new Agenda();
  const seen: [string, number][] = [];
  const plan = (lane: string, text: string) => agenda.after(10, lane, () => seen.push([text, agenda.nowMs]));
  plan('slow', 'planned before');
  agenda.handicap(new Map([['slow', 250]]));
  plan('slow', 'held back');
  plan('quick', 'on time');
  agenda.handicap(new Map());
  plan('slow', 'alike again');
  played(agenda);
  expect(seen).toEqual([
    ['planned before', 10],
    ['on time', 10],
    ['alike again', 10],
    ['held back', 260],
  ]);
});
