/**
 * Runs `work` once requests begun in this turn of the event loop are on the socket: undici uses a kept connection again
 * in the turn after its last answer, so two turns from now.
 */
export function afterWrites(work: () => void): void {
  setImmediate(() => setImmediate(work));
}
