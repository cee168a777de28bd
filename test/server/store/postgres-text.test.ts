import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ofText, toText } from '../../../src/server/store/postgres-text.ts';

test('any text comes back as it was, and what is stored is text that PostgreSQL takes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\0', '\u001b', '\ud800', 'a', '0') }),
      (a, b) => {
        for (const text of [a, b, a + b]) {
          const stored = toText(text);
          expect(ofText(stored)).toBe(text);
          expect(stored).not.toContain('\0');
          expect(Buffer.from(stored, 'utf8').toString('utf8')).toBe(stored);
        }
      },
    ),
  );
});

test('two texts never become one', () => {
  const texts = ['\0', '\u001b0000', '\u001b', '\ud800', '\udfff', '\ufffd', '0000'];
  expect(new Set(texts.map(toText)).size).toBe(texts.length);
});
