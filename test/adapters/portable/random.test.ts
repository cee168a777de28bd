import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../../src/adapters/portable/random.ts';

describe('seeds', () => {
  it('are the bytes of the source as 32 hex digits', () => {
    const random = randomFrom((count) => Uint8Array.from({ length: count }, (_, at) => at * 16));
    expect(random.seed()).toBe('00102030405060708090a0b0c0d0e0f0');
  });

  it('a source that gives too little is a bug', () => {
    expect(() => randomFrom(() => new Uint8Array(3)).seed()).toThrow('16 bytes');
  });
});
