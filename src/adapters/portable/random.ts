import { assert } from '../../lib/assert.ts';
import type { Random } from '../../ports/random.ts';

const SEED_BYTES = 16;

/** Seeds from a source of random bytes, such as `crypto.getRandomValues`; the source must be a cryptographic one. */
export function randomFrom(bytes: (count: number) => Uint8Array): Random {
  return {
    seed() {
      const drawn = bytes(SEED_BYTES);
      assert(drawn.length === SEED_BYTES, `the source gives ${SEED_BYTES} bytes when asked for them`);
      return Array.from(drawn, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  };
}
