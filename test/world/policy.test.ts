import { describe, expect, it } from 'vitest';
import { policyRegistry } from '../../src/stage/policies.ts';
import { namedBy, type PolicyQuestion, type Side } from '../../src/world/policy.ts';

function side(value: Side['value'], atMs = 0, errorMs: number | null = 0): Side {
  return { value, atMs, errorMs };
}

function asked(policy: string, mine: Side, theirs: Side): string {
  const question: PolicyQuestion = { mine, theirs, windowMs: 1_000, order: ['a', 'b'], rules: policyRegistry.rules };
  return namedBy(policy, question);
}

describe('a policy', () => {
  it('names one side, whatever the times, unless it is about times', () => {
    expect(asked('server', side('x', 9_000), side('y'))).toBe('theirs');
    expect(asked('local', side('x'), side('y', 9_000))).toBe('mine');
    expect(asked('ask', side('x'), side('y'))).toBe('ask');
    expect([asked('max', side(2), side(1)), asked('max', side(1), side(2))]).toEqual(['mine', 'theirs']);
    expect([asked('min', side(2), side(1)), asked('min', side(1), side(2))]).toEqual(['theirs', 'mine']);
    expect([asked('forward', side('b'), side('a')), asked('forward', side('a'), side('b'))]).toEqual([
      'mine',
      'theirs',
    ]);
    expect([asked('longest', side('xx'), side('y')), asked('longest', side('x'), side('yy'))]).toEqual([
      'mine',
      'theirs',
    ]);
  });

  it('latest names the later intent, and the server for simultaneous ones', () => {
    expect(asked('latest', side('x', 1_001), side('y', 0))).toBe('mine');
    expect(asked('latest', side('x', 1_000), side('y', 0))).toBe('theirs');
    expect(asked('latest', side('x', 0), side('y', 500))).toBe('theirs');
    expect(asked('latest', side('x', 0), side('y', 5_000))).toBe('theirs');
  });

  it('latest names nobody where what the devices knew of the time leaves it open', () => {
    expect(asked('latest', side('x', 1_100, 100), side('y', 0))).toBe('unsure');
    expect(asked('latest', side('x', 1_101, 100), side('y', 0))).toBe('mine');
    expect(asked('latest', side('x', 950, 0), side('y', 0, 51))).toBe('unsure');
    expect(asked('latest', side('x', 90_000, null), side('y', 0))).toBe('unsure');
  });

  it('of a rule that nobody knows names nobody', () => {
    expect(asked('unheard', side('x'), side('y'))).toBe('unsure');
  });
});
