import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/lib/duration.ts';

test.each([
  ['250ms', 250],
  ['10s', 10_000],
  ['1.5m', 90_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['0s', 0],
])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '10', 's', '-1s', '1 s', '1S', '1w', '1s!', 'ms1', '1..5s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test('a formatted duration is read back as the same time', () => {
  fc.assert(
    fc.property(fc.nat(4_000_000_000), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});
