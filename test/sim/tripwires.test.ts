import { afterEach, expect, it } from 'vitest';
import { drain } from '../../src/sim/drain.ts';
import { armTripwires } from '../../src/sim/tripwires.ts';

let letGo: () => void = () => undefined;
afterEach(() => letGo());

it.each([
  ['Date.now', () => Date.now()],
  ['Date.now', () => new Date()],
  ['Math.random', () => Math.random()],
  ['setTimeout', () => setTimeout(() => undefined, 1)],
  ['setImmediate', () => setImmediate(() => undefined)],
  ['performance.now', () => performance.now()],
  ['crypto.randomUUID', () => crypto.randomUUID()],
  ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
  ['process.hrtime', () => process.hrtime()],
  ['fetch', () => fetch('http://127.0.0.1:9/')],
])('%s throws while the wires are armed, and works again afterwards', async (name, use) => {
  letGo = armTripwires();
  let message = '';
  try {
    await use();
  } catch (error) {
    message = String(error);
  }
  letGo();
  expect(message).toContain(name);
});

it('a socket that is opened under the wires throws', async () => {
  const { connect } = await import('node:net');
  letGo = armTripwires();
  expect(() => connect(9, '127.0.0.1')).toThrow('Socket.connect');
});

it('everything is as before once the last holder lets go', () => {
  const before = [Date, Math.random, setTimeout, performance.now, crypto.randomUUID];
  const first = armTripwires();
  const second = armTripwires();
  first();
  first();
  expect(() => Math.random()).toThrow();
  second();
  expect([Date, Math.random, setTimeout, performance.now, crypto.randomUUID]).toEqual(before);
  expect(Object.hasOwn(performance, 'now')).toBe(false);
});

it('dates that are given keep working under the wires', () => {
  letGo = armTripwires();
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(Date.UTC(2026, 0, 1)).toBe(1_767_225_600_000);
  expect(new Date(0)).toBeInstanceOf(Date);
});

it('draining runs chains of promises to their end, however long', async () => {
  let rounds = 0;
  const chain = async (): Promise<void> => {
    for (let at = 0; at < 10_000; at += 1) {
      await Promise.resolve();
      rounds += 1;
    }
  };
  void chain();
  await drain();
  expect(rounds).toBe(10_000);
});
