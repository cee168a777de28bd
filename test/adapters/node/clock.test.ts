import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootName, nodeClock } from '../../../src/adapters/node/clock.ts';
import { nodeRandom } from '../../../src/adapters/node/random.ts';

const linux = '/proc/sys/kernel/random/boot_id';

describe('the clock of this machine', () => {
  it('a timer fires once, not before its time by the monotonic clock', async () => {
    const clock = nodeClock();
    for (const delayMs of [0, 1, 3, 7]) {
      const before = clock.read();
      await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
      expect(clock.read().monoMs - before.monoMs).toBeGreaterThanOrEqual(delayMs);
    }
  });

  it('is near the wall clock, and names one boot', () => {
    const first = nodeClock().read();
    expect(Math.abs(first.wallMs - Date.now())).toBeLessThan(10_000);
    expect(first.boot.length).toBeGreaterThan(0);
    if (existsSync(linux)) expect(first.boot).toBe(readFileSync(linux, 'latin1').trim());
  });

  it('where the boot has no name, each call makes another one', () => {
    expect(bootName('/nowhere/boot_id')).toMatch(/^[0-9a-f]{32}$/);
    expect(bootName('/nowhere/boot_id')).not.toBe(bootName('/nowhere/boot_id'));
  });
});

describe('the randomness of this machine', () => {
  it('gives another seed each time', () => {
    const seeds = Array.from({ length: 100 }, () => nodeRandom().seed());
    expect(new Set(seeds).size).toBe(100);
    for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{32}$/);
  });
});
