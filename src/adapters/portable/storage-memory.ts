import type { Rows, Scan, Write } from '../../core/sync/rows.ts';
import { type Key, type TableName, type Tables, tables } from '../../core/sync/tables.ts';
import { assert } from '../../lib/assert.ts';
import { canonicalJson, type Json } from '../../lib/json.ts';
import { type Storage, StorageError, type Work } from '../../ports/storage.ts';
import { MemoryTable, type TableImage } from './memory-table.ts';

/** The whole content of a memory store at one moment: cheap to take, never changes, may be restored often. */
export type StorageImage = { readonly [Name in TableName]: TableImage<Tables[Name]> };

/** How a memory store is opened. */
export interface MemoryStorageOptions {
  /** Content to start with. */
  readonly image?: StorageImage;
  /** Freezes every row that is put, all the way down, so that code that changes a row it gave away throws. For tests. */
  readonly freeze?: boolean;
}

const names = Object.keys(tables) as TableName[];
const everything: Scan = {};

/** A store in memory, exact and synchronous; its content ends with the process. */
export function openMemoryStorage(options: MemoryStorageOptions = {}): MemoryStorage {
  return new MemoryStorage(options);
}

/**
 * The store behind {@link openMemoryStorage}. Rows are readonly data all through the project, so it keeps them as they
 * are and copies nothing: the sentence of the contract about references rests on that, and `freeze` checks it.
 */
export class MemoryStorage implements Storage {
  readonly #tables: { readonly [Name in TableName]: MemoryTable<Tables[Name]> };
  readonly #rows: Rows;
  readonly #freeze: boolean;
  #busy = false;
  #open = true;

  constructor({ image, freeze = false }: MemoryStorageOptions) {
    this.#tables = Object.fromEntries(names.map((name) => [name, new MemoryTable(tables[name] as never)])) as never;
    this.#rows = {
      get: (table, key) => this.#tables[table].get(key) as never,
      scan: (table, scan = everything) => this.#tables[table].scan(scan) as never,
      count: (table, scan = everything) => this.#tables[table].count(scan.index, scan.prefix ?? []),
    };
    this.#freeze = freeze;
    if (image !== undefined) this.restore(image);
  }

  /** See {@link Storage}; answers at once. */
  transact<T>(work: (rows: Rows) => Work<T>): T {
    const { commit, value } = this.read(work);
    if (this.#freeze) for (const write of commit) if ('put' in write) deepFreeze(write.put);
    this.#apply(commit);
    return value;
  }

  /** See {@link Storage}; answers at once. */
  read<T>(work: (rows: Rows) => T): T {
    this.#ready();
    this.#busy = true;
    try {
      return work(this.#rows);
    } finally {
      this.#busy = false;
    }
  }

  /** Constant: nobody else has this memory. */
  foreignChanges(): number {
    return 0;
  }

  /** Every later call fails with code `closed`. */
  close(): void {
    this.#open = false;
  }

  /** The content as it is now. Costs nothing until the next change, which copies the few leaves that it touches. */
  snapshot(): StorageImage {
    return Object.fromEntries(names.map((name) => [name, this.#tables[name].image()])) as unknown as StorageImage;
  }

  /** Goes back to an image, of this or another memory store. */
  restore(image: StorageImage): void {
    for (const name of names) this.#tables[name].restore(image[name] as never);
  }

  /** All rows as canonical JSON, one table per line: equal content gives equal text. */
  dump(): string {
    this.#ready();
    const lines = names.map(
      (name) => `${name} ${canonicalJson(this.#tables[name].scan(everything) as unknown as Json)}`,
    );
    return lines.join('\n');
  }

  #ready(): void {
    if (!this.#open) throw new StorageError('closed', 'the store is closed', 'open it again');
    assert(!this.#busy, 'a transaction does not start inside another one');
  }

  /** All writes or none: a row that a key function can't take undoes those before it. */
  #apply(commit: readonly Write[]): void {
    const undo: (() => void)[] = [];
    try {
      for (const write of commit) undo.push(this.#write(write));
    } catch (error) {
      for (const back of undo.reverse()) back();
      throw error;
    }
  }

  #write(write: Write): () => void {
    const table = this.#tables[write.table] as MemoryTable<unknown>;
    const key: Key = 'put' in write ? tables[write.table].key(write.put as never) : write.remove;
    const old = 'put' in write ? table.put(write.put) : table.remove(key);
    return () => {
      if (old === undefined) table.remove(key);
      else table.put(old);
    };
  }
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
