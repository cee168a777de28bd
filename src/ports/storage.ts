import type { Rows, Write } from '../core/sync/rows.ts';

/** A value now or later: stores that are synchronous answer at once, and callers may await either. */
export type Awaitable<T> = T | Promise<T>;

/** What a transaction's work gives back: the writes to make durable, and a value for the caller. */
export interface Work<T> {
  readonly commit: readonly Write[];
  readonly value: T;
}

/** Why a store could not do its work. */
export type StorageFailure = 'full' | 'busy' | 'closed' | 'corrupt' | 'foreign' | 'too-new' | 'unavailable';

/** A failure of the store. Nothing of the transaction was kept. `message` is for people, `code` decides. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageFailure;
  /** What a person can do about it. */
  readonly hint: string;

  constructor(code: StorageFailure, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/**
 * Where a device keeps its tables (`core/sync/tables`). The contract suite has one test per sentence.
 *
 * - `transact` gives `work` a view of all earlier commits, then makes all its writes durable, or none.
 * - When `transact` returns (or its promise resolves) the writes survive a kill of the process.
 * - Transactions never overlap, also not with those of another process on the same data.
 * - `work` runs exactly once, synchronously; when it throws, nothing is written and the error passes through.
 * - A failing store throws (or rejects with) {@link StorageError}; nothing of the transaction is kept.
 * - Writes are applied in order; a put replaces the row with the same key; removing an absent key is no error.
 * - Rows come back equal to what was put, as JSON values; the store keeps no reference to the caller's objects.
 * - After `close` every call fails with code `closed`.
 */
export interface Storage {
  transact<T>(work: (rows: Rows) => Work<T>): Awaitable<T>;
  /** A view for reading only: it may run beside a writer of another process, and sees a consistent state. */
  read<T>(work: (rows: Rows) => T): Awaitable<T>;
  /** A number that changes when another process has written; constant for stores that only one process opens. */
  foreignChanges(): number;
  close(): Awaitable<void>;
}
