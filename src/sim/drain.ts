/**
 * Resolves when every promise job that can run has run: a tick of Node comes only after the queue of promise jobs is
 * empty, however long their chains are. No time passes, and no timer or socket gets a turn.
 */
export function drain(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
