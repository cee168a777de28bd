/** A database that can't be opened as a server's store. The message says which, why, and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
