import { expect, test } from 'vitest';
import { editOfFirst, editOfSecond, lostEdits, rowOf, series } from './workload.ts';

const merged = (index: number) => ({
  ...rowOf(series.work, index).data,
  ...editOfFirst(index),
  ...editOfSecond(index),
});

const rowsWith = (second: object) =>
  new Map([0, 1].map((index) => [rowOf(series.work, index).id, index === 0 ? merged(0) : { ...merged(1), ...second }]));

test('a record is about 250 bytes of JSON', () => {
  const bytes = JSON.stringify(rowOf(series.work, 7).data).length;
  expect(bytes).toBeGreaterThan(230);
  expect(bytes).toBeLessThan(290);
});

test('a merge that keeps both sides loses nothing, whoever wins the field that both wrote', () => {
  expect(lostEdits(rowsWith({}), 2)).toBe(0);
  expect(lostEdits(rowsWith({ rating: editOfFirst(1).rating }), 2)).toBe(0);
});

test('an edit of a field that one side wrote is missed when it is gone', () => {
  const before = rowOf(series.work, 1).data;
  expect(lostEdits(rowsWith({ notes: before.notes }), 2)).toBe(1);
  expect(lostEdits(rowsWith({ durationSec: before.durationSec }), 2)).toBe(1);
  expect(lostEdits(rowsWith({ rating: before.rating }), 2)).toBe(1);
  expect(lostEdits(new Map(), 1)).toBe(3);
});
