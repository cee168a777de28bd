import { describe, expect, it } from 'vitest';
import {
  count,
  duration,
  formatCount,
  formatOffset,
  isWithin,
  offset,
  rowKey,
  size,
} from '../../../src/scenario/language/values.ts';

describe('values with units', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
  ])('the duration %s is %i ms', (text, ms) => {
    expect(duration.parse(text)).toBe(ms);
  });

  it.each([30, '30', '-3h', '3 h', 'soon', null])('%j is no duration', (value) => {
    expect(duration.safeParse(value).success).toBe(false);
  });

  it.each([
    ['0s', 0],
    ['-3h', -10_800_000],
    ['+2d', 172_800_000],
    ['5m', 300_000],
  ])('the offset %s is %i ms, and is told as it is read', (text, ms) => {
    expect(offset.parse(text)).toBe(ms);
    expect(offset.parse(formatOffset(ms))).toBe(ms);
  });

  it('sizes carry units of 1,000 and 1,024', () => {
    expect([size.parse('64kB'), size.parse('4MiB'), size.parse('512B')]).toEqual([64_000, 4_194_304, 512]);
    expect(size.safeParse(64_000).success).toBe(false);
  });

  it('a row is type/id, and its id may hold slashes', () => {
    expect(rowKey.parse('meditation/a/b')).toEqual({ entityType: 'meditation', entityId: 'a/b' });
    expect(rowKey.safeParse('meditation').success).toBe(false);
  });

  it('a count is a number or bounds', () => {
    expect(isWithin(3, count.parse(3))).toBe(true);
    expect(isWithin(4, count.parse(3))).toBe(false);
    expect(isWithin(4, count.parse({ min: 3 }))).toBe(true);
    expect(isWithin(4, count.parse({ max: 3 }))).toBe(false);
    expect([{ min: 1 }, { max: 2 }, { min: 1, max: 4 }, 3].map((value) => formatCount(count.parse(value)))).toEqual([
      'at least 1',
      'at most 2',
      '1 to 4',
      '3',
    ]);
    expect(count.safeParse({ mn: 1 }).success).toBe(false);
  });
});
