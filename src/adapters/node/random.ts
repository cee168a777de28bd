import { randomBytes } from 'node:crypto';
import type { Random } from '../../ports/random.ts';
import { randomFrom } from '../portable/random.ts';

/** Seeds from the operating system. */
export function nodeRandom(): Random {
  return randomFrom(randomBytes);
}
