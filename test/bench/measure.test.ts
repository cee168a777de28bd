import { expect, test } from 'vitest';
import { median, pairedRatios, spreadOf } from './measure.ts';
import { type Case, judge, ratioOf } from './result.ts';

const samplesOf = (...times: number[]) => times.map((ms) => ({ ms }));

function caseOf(ratio: Case['ratio']): Case {
  const samples = new Map([
    ['raw', samplesOf(10, 20, 40)],
    ['ours', samplesOf(20, 20, 20)],
  ]);
  return { label: 'work', work: 1, ratio, base: 'raw', samples, failures: new Map() };
}

test('a median is the middle, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(median([])).toBeNaN();
});

test('ratios are taken within a repetition, and an arm with fewer repetitions meets the first ones', () => {
  expect(pairedRatios([10, 20, 40], [20, 10])).toEqual([0.5, 2]);
});

test('speed is raw by ours, time is ours by raw', () => {
  expect(ratioOf(caseOf('speed'), 'ours')).toEqual({ median: 1, least: 0.5, greatest: 2, count: 3 });
  expect(ratioOf(caseOf('time'), 'ours')).toEqual({ median: 1, least: 0.5, greatest: 2, count: 3 });
  expect(spreadOf([20 / 10, 20 / 20, 20 / 40]).greatest).toBe(2);
  expect(ratioOf(caseOf('speed'), 'pouchdb').count).toBe(0);
});

test('a goal is met, missed, or not judged', () => {
  const goal = { text: 'at least half', atLeast: 0.5, reps: 9 };
  expect(judge({ ...goal, value: 0.6 }).met).toBe(true);
  expect(judge({ ...goal, value: 0.4 }).met).toBe(false);
  expect(judge({ ...goal, value: 0.4, reps: 8 }).met).toBeNull();
  expect(judge({ ...goal, value: Number.NaN }).met).toBeNull();
});
