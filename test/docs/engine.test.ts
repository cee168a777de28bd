import { describe, expect, it } from 'vitest';
import type { ItemState } from '../../src/core/queue/item.ts';
import type { Event, TimerName } from '../../src/core/sync/event.ts';
import type { DevicePhase } from '../../src/core/sync/status.ts';
import { blocksOf, readPage } from './page.ts';

const path = 'docs/engine.md';
const page = readPage(path);

// The compiler refuses a missing and an unknown name in each of these.
const states: Readonly<Record<ItemState, true>> = {
  pending: true,
  inFlight: true,
  unsettled: true,
  waiting: true,
  parked: true,
  failed: true,
  conflict: true,
};
const phases: Readonly<Record<DevicePhase, true>> = {
  idle: true,
  syncing: true,
  offline: true,
  paused: true,
  'backing-off': true,
  'needs-auth': true,
  'update-required': true,
  resyncing: true,
  erased: true,
  'lease-held': true,
};
const events: Readonly<Record<Event['kind'], true>> = {
  edit: true,
  decide: true,
  start: true,
  request: true,
  outcome: true,
  timer: true,
  online: true,
  switch: true,
  foreground: true,
  'signed-in': true,
  'foreign-change': true,
  hint: true,
  'go-on': true,
  stop: true,
};
const timers: Readonly<Record<TimerName, true>> = {
  backoff: true,
  poll: true,
  probe: true,
  holds: true,
  beat: true,
  lease: true,
};

/** The part of the page under a heading, up to the next of its level. */
function section(heading: string): string {
  const from = page.text.indexOf(`\n## ${heading}\n`);
  const rest = page.text.slice(from + 1);
  const end = rest.indexOf('\n## ');
  return from === -1 ? '' : rest.slice(0, end === -1 ? rest.length : end);
}

/** Names in the diagram of states, without the start and the end. */
function drawnStates(): readonly string[] {
  const diagram = blocksOf(page).find(({ info }) => info === 'mermaid')?.text ?? '';
  const ends = [...diagram.matchAll(/^\s*(\S+) --> (\S+)$/gm)].flatMap(([, from, to]) => [from ?? '', to ?? '']);
  return [...new Set(ends)].filter((name) => name !== '[*]').sort();
}

describe('the page of the sync cycle', () => {
  it('draws every state of an item, and has each in its table', () => {
    expect(drawnStates()).toEqual(Object.keys(states).sort());
    const text = section('Item states');
    expect(Object.keys(states).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it.each([
    ['One cycle', phases],
    ['Events', events],
    ['Events', timers],
  ])('names under "%s" everything the code has', (heading, names) => {
    const text = section(heading);
    expect(Object.keys(names).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
