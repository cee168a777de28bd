import { describe, expect, it } from 'vitest';
import { clocksAndChance } from './rules/clocks-and-chance.ts';
import { described, planted, readProject } from './source.ts';

describe('clocks and chance', () => {
  it('portable and repeatable folders take time, timers and chance from outside', () => {
    expect(described(clocksAndChance(readProject()))).toEqual([]);
  });

  it.each([
    'Date.now();',
    'new Date();',
    'Date();',
    'globalThis.Date.now();',
    "Date['now']();",
    'const now = Date.now;',
    'performance.now();',
    'Math.random();',
    'Math.log2(8);',
    'setTimeout(() => x(), 1);',
    'globalThis.setInterval(() => x(), 1);',
    'const later = setTimeout;',
    'crypto.randomUUID();',
    'AbortSignal.timeout(5);',
    'new Intl.Collator();',
    'new WeakRef({});',
  ])('finds %s', (text) => {
    expect(clocksAndChance([planted('src/engine/a.ts', text)])).toHaveLength(1);
    expect(clocksAndChance([planted('src/sim/a.ts', text)])).toHaveLength(1);
    expect(clocksAndChance([planted('src/adapters/portable/storage-memory.ts', text)])).toHaveLength(1);
  });

  it.each([
    'new Date(atMs);',
    'new Date(2026, 1);',
    'clock.now();',
    'timers.setTimeout(1);',
    'const timers = { setTimeout: 1 };',
    'interface Timers { setTimeout(run: () => void, ms: number): void }',
    'Math.floor(1.5);',
  ])('allows %s', (text) => {
    expect(clocksAndChance([planted('src/engine/a.ts', text)])).toEqual([]);
  });

  it('allows them in the two adapters that read the machine, and in shell folders', () => {
    expect(clocksAndChance([planted('src/adapters/portable/clock.ts', 'Date.now();')])).toEqual([]);
    expect(clocksAndChance([planted('src/adapters/portable/random.ts', 'Math.random();')])).toEqual([]);
    expect(clocksAndChance([planted('src/live/a.ts', 'Date.now();')])).toEqual([]);
  });
});
