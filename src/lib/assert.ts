/** A broken promise of our own code: never caught, always a bug (exit code 70). */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Returns when `condition` holds, otherwise throws {@link BugError} saying what must hold. */
export function assert(condition: unknown, mustHold: string): asserts condition {
  if (!condition) throw new BugError(mustHold);
}

/** The value, never null or undefined. Throws {@link BugError} saying what must hold otherwise. */
export function present<T>(value: T | null | undefined, mustHold: string): T {
  if (value === null || value === undefined) throw new BugError(mustHold);
  return value;
}

/** Never returns: makes the compiler refuse a switch that forgets a case. */
export function unreachable(value: never): never {
  throw new BugError(`unexpected case ${JSON.stringify(value)}`);
}
