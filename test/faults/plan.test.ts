import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallName } from '../../src/core/protocol/paths.ts';
import { arm, cutLine, disarm, type FaultPlan, meet, mendLine, noFaults } from '../../src/faults/plan.ts';
import { type FaultSetting, faultSchema } from '../../src/faults/table.ts';

const serverMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const fault = (written: unknown): FaultSetting => faultSchema.parse(written);
const push = { device: 'phone', call: 'push', serverMs } as const;

/** The ends of a series of transactions, one word per leg that matters. */
function ends(plan: FaultPlan, transactions: readonly { device: string; call: CallName }[]): string[] {
  let now = plan;
  return transactions.map((transaction) => {
    const met = meet(now, { serverMs, ...transaction });
    now = met.plan;
    const { request, response } = met.course;
    return request.end.kind === 'deliver' ? `deliver/${response.end.kind}` : request.end.kind;
  });
}

describe('a fault plan', () => {
  test('without faults everything is delivered at once', () => {
    const { course } = meet(noFaults, push);
    expect(course.by).toEqual([]);
    for (const leg of [course.request, course.response]) {
      expect(leg).toEqual({
        holds: [],
        delayMs: 0,
        bytesPerSec: null,
        overtakenWithinMs: null,
        commitAfterMs: 0,
        truncatePercent: null,
        truncatePacked: false,
        again: null,
        end: { kind: 'deliver' },
      });
    }
  });

  test('an armed fault hits the next matching transaction, once', () => {
    const plan = arm(noFaults, fault('lose-response'), { device: 'phone', call: 'push' });
    const pull = { device: 'phone', call: 'pull' } as const;
    const tablet = { device: 'tablet', call: 'push' } as const;
    expect(ends(plan, [pull, tablet, push, push])).toEqual([
      'deliver/deliver',
      'deliver/deliver',
      'deliver/drop',
      'deliver/deliver',
    ]);
  });

  test('skip lets transactions pass first, times says how many are hit, every never ends', () => {
    const some = arm(noFaults, fault('lose-request'), { skip: 1, times: 2 });
    expect(ends(some, [push, push, push, push])).toEqual(['deliver/deliver', 'drop', 'drop', 'deliver/deliver']);
    const every = arm(noFaults, fault('lose-request'), { times: 'every' });
    expect(ends(every, [push, push, push])).toEqual(['drop', 'drop', 'drop']);
    expect(ends(disarm(every), [push])).toEqual(['deliver/deliver']);
  });

  test('two faults of one name hit two transactions, faults of different names can share one', () => {
    const twice = arm(arm(noFaults, fault('lose-response')), fault('lose-response'));
    expect(ends(twice, [push, push, push])).toEqual(['deliver/drop', 'deliver/drop', 'deliver/deliver']);
    const delays = arm(arm(noFaults, fault({ delay: '2s' })), fault({ delay: '3s' }));
    const first = meet(delays, push);
    expect([first, meet(first.plan, push)].map(({ course }) => course.request.delayMs)).toEqual([2_000, 3_000]);
    const shared = arm(arm(noFaults, fault({ delay: '2s' })), fault('lose-response'));
    const { course } = meet(shared, push);
    expect(course.request.delayMs).toBe(2_000);
    expect(course.response.end).toEqual({ kind: 'drop', seen: 'cut' });
    expect(course.by).toEqual([1, 2]);
  });

  test('a standing delay does not shadow what is armed for the next call', () => {
    const standing = arm(noFaults, fault({ delay: '1s' }), { times: 'every' });
    const { course } = meet(arm(standing, fault({ status: 503 }), { call: 'push' }), push);
    expect(course.request).toMatchObject({ delayMs: 1_000, end: { kind: 'answer', answer: { status: 503 } } });
  });

  test('a fault of the response leg waits while the request is lost', () => {
    const plan = arm(arm(noFaults, fault('lose-response')), fault('lose-request'));
    expect(ends(plan, [push, push, push])).toEqual(['drop', 'deliver/drop', 'deliver/deliver']);
  });

  test('a cut line drops everything of its device and consumes nothing', () => {
    const armed = arm(noFaults, fault('lose-response'), { device: 'phone' });
    const plan = cutLine(armed, { device: 'phone', seen: 'silence' });
    expect(ends(plan, [push, push, { device: 'tablet', call: 'push' }])).toEqual(['drop', 'drop', 'deliver/deliver']);
    expect(mendLine(plan, 'phone')).toEqual(armed);
  });

  test('the same plan and transactions give the same courses, and plans are plain data', () => {
    const written = ['lose-request', 'duplicate', { delay: '5s' }, { status: 429, retryAfter: '10s' }, { hold: 'a' }];
    const armings = fc.array(fc.tuple(fc.constantFrom(...written), fc.nat(2), fc.integer({ min: 1, max: 3 })));
    fc.assert(
      fc.property(armings, fc.array(fc.constantFrom('push', 'pull')), (list, names) => {
        const plan = list.reduce((sum, [text, skip, times]) => arm(sum, fault(text), { skip, times }), noFaults);
        const copy = JSON.parse(JSON.stringify(plan)) as FaultPlan;
        const transactions = names.map((call) => ({ device: 'phone', call: call as CallName }));
        expect(ends(copy, transactions)).toEqual(ends(plan, transactions));
      }),
      { numRuns: 50 },
    );
  });

  test('no transaction takes a fault that is used up: hits never exceed what was armed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }), fc.nat(20), (times, count) => {
        let plan = times.reduce((sum, n) => arm(sum, fault('lose-request'), { times: n }), noFaults);
        let hits = 0;
        for (let at = 0; at < count; at += 1) {
          const met = meet(plan, push);
          plan = met.plan;
          hits += met.course.by.length;
        }
        expect(hits).toBe(
          Math.min(
            count,
            times.reduce((sum, n) => sum + n, 0),
          ),
        );
      }),
    );
  });

  test('a fault by rate touches about so many, always the same ones', () => {
    const struck = () => {
      let plan = arm(noFaults, faultSchema.parse('lose-request'), { times: 'every', percent: 30 });
      return Array.from({ length: 1_000 }, () => {
        const met = meet(plan, { device: 'phone', call: 'push', serverMs: 0 });
        plan = met.plan;
        return met.course.by.length;
      });
    };
    const once = struck();
    const count = once.filter((by) => by === 1).length;
    expect(count).toBeGreaterThan(250);
    expect(count).toBeLessThan(350);
    expect(struck()).toEqual(once);
  });
});
