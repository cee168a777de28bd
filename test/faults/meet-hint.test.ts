import { expect, test } from 'vitest';
import { meetHint } from '../../src/faults/meet-hint.ts';
import { arm, cutLine, type FaultPlan, meet, noFaults } from '../../src/faults/plan.ts';

/** Which of so many hints for a device are lost, one after the other. */
function lost(plan: FaultPlan, count: number, device = 'phone'): readonly boolean[] {
  let now = plan;
  return Array.from({ length: count }, () => {
    const met = meetHint(now, { device });
    now = met.plan;
    return met.isLost;
  });
}

const loseHint = { fault: 'lose-hint' } as const;

test('a hint is lost as often as the fault says, behind those that it lets pass, on its device alone', () => {
  expect(lost(arm(noFaults, loseHint), 2)).toEqual([true, false]);
  expect(lost(arm(noFaults, loseHint, { device: 'phone', skip: 1, times: 2 }), 4)).toEqual([false, true, true, false]);
  expect(lost(arm(noFaults, loseHint, { times: 'every' }), 3)).toEqual([true, true, true]);
  expect(lost(arm(noFaults, loseHint, { device: 'tablet' }), 1)).toEqual([false]);
});

test('a cut line loses hints and uses no fault up', () => {
  const plan = cutLine(arm(noFaults, loseHint), { device: 'phone', seen: 'silence' });
  expect(lost(plan, 2)).toEqual([true, true]);
  expect(meetHint(plan, { device: 'phone' }).plan).toEqual(plan);
});

test('requests and hints use up no fault of each other', () => {
  const plan = arm(arm(noFaults, loseHint, { skip: 1 }), { fault: 'lose-request', silent: false });
  const request = meet(plan, { device: 'phone', call: 'pull', serverMs: 0 });
  expect(request.course.by).toEqual([2]);
  expect(lost(request.plan, 2)).toEqual([false, true]);
  expect(meetHint(plan, { device: 'phone' }).plan.armed).toHaveLength(2);
});
