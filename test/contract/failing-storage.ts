import type { Rows } from '../../src/core/sync/rows.ts';
import { type TableName, tables } from '../../src/core/sync/tables.ts';
import { assert } from '../../src/lib/assert.ts';
import { canonicalJson, type Json } from '../../src/lib/json.ts';
import { type Storage, StorageError, type StorageFailure, type Work } from '../../src/ports/storage.ts';

/** Which transactions that write fail, and how. */
export interface Failing {
  /** Asked with 1, 2, 3 … for each transaction that has something to write. */
  readonly fails: (n: number) => boolean;
  readonly code?: StorageFailure;
}

/**
 * A synchronous store whose chosen writes fail after the work was done and before anything is kept, as a full disk
 * does. Checks each time that the store is then as it was.
 */
export function failingStorage(inner: Storage, { fails, code = 'full' }: Failing): Storage {
  let writes = 0;
  return {
    transact<T>(work: (rows: Rows) => Work<T>) {
      const before = contentOf(inner);
      const failure = new StorageError(code, 'a planted failure', 'it is a test');
      try {
        return inner.transact((rows) => {
          const done = work(rows);
          if (done.commit.length > 0) writes += 1;
          if (done.commit.length > 0 && fails(writes)) throw failure;
          return done;
        });
      } catch (error) {
        assert(contentOf(inner) === before, 'a failed transaction keeps nothing');
        throw error;
      }
    },
    read: (work) => inner.read(work),
    foreignChanges: () => inner.foreignChanges(),
    close: () => inner.close(),
  };
}

/** All rows of a synchronous store as one text. */
export function contentOf(storage: Storage): string {
  const text = storage.read(textOf);
  assert(typeof text === 'string', 'the store is synchronous');
  return text;
}

/** All rows of a view as canonical JSON, one table per line. */
export function textOf(rows: Rows): string {
  const names = Object.keys(tables) as TableName[];
  return names.map((name) => `${name} ${canonicalJson(rows.scan(name) as unknown as Json)}`).join('\n');
}
