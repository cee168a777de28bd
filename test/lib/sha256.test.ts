import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../src/lib/sha256.ts';

const reference = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

test('the hash of a text is that of node:crypto, at every length around a block', () => {
  for (let length = 0; length < 200; length += 1) {
    const text = 'aé€'.repeat(length).slice(0, length);
    expect(sha256Hex(text)).toBe(reference(text));
  }
});

test('the hash of any text, lone surrogates included, is that of node:crypto', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (odd, plain) => {
      expect(sha256Hex(odd)).toBe(reference(odd));
      expect(sha256Hex(`\ud800${plain}\udc00😀`)).toBe(reference(`\ud800${plain}\udc00😀`));
    }),
  );
});
