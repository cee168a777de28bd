import { describe, expect, it } from 'vitest';
import { focusedTests } from './rules/focused-tests.ts';
import { described, planted, readProject } from './source.ts';

describe('focused tests', () => {
  it('no test is switched off', () => {
    expect(described(focusedTests(readProject()))).toEqual([]);
  });

  it.each([
    "it.only('x', f);",
    "describe.skip('x', f);",
    "it.todo('x');",
    "test.skip.each([1])('x', f);",
    "it.each([1]).only('x', f);",
  ])('finds %s', (text) => {
    expect(focusedTests([planted('test/lib/a.test.ts', text)])).toHaveLength(1);
  });

  it('allows a condition', () => {
    expect(focusedTests([planted('test/lib/a.test.ts', "it.skipIf(!postgres)('x', f); list.only();")])).toEqual([]);
  });
});
