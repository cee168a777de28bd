import type { Json } from '../../../src/lib/json.ts';

/** The value, frozen all the way down: code that changes what it was given throws. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) frozen(inner as Json);
  return value;
}
