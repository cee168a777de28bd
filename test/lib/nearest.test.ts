import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/lib/nearest.ts';

describe('the nearest known word', () => {
  it.each([
    ['ofline', 'offline'],
    ['Offline', 'offline'],
    ['onlin', 'online'],
    ['upadte', 'update'],
    ['kil', 'kill'],
  ])('%s means %s', (word, meant) => {
    expect(nearest(word, ['update', 'offline', 'online', 'kill'])).toBe(meant);
  });

  it('a word that is far from all means none', () => {
    expect(nearest('elephant', ['update', 'offline'])).toBeNull();
    expect(nearest('', ['update'])).toBeNull();
  });

  it('a known word means itself, and long words cost no time', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 40 }), (word) => nearest(word, [word]) === word));
    expect(nearest('a'.repeat(100_000), ['b'.repeat(100_000)])).toBeNull();
  });
});
