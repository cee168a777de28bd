import type { Rows, Write } from '../../core/sync/rows.ts';
import { type TableName, tables } from '../../core/sync/tables.ts';
import { assert, BugError } from '../../lib/assert.ts';
import { type Storage, StorageError, type Work } from '../../ports/storage.ts';
import type { Content, Place } from './key-value-content.ts';
import { readContent, removeGarbage, sweep, writeCommit, writePages, writeRoot } from './key-value-content.ts';
import { type Garbage, keyNames, noGarbage, pieces, type Root, valueUnitsMax } from './key-value-format.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { MemoryStorage } from './storage-memory.ts';

/** How a device in a key-value store is opened. */
export interface KeyValueStorageOptions {
  readonly store: KeyValueStore;
  /** Begins every key of the device; one name, one device. Default `guras-sync`. */
  readonly name?: string;
  /** Longest value, in UTF-16 code units, 1,000 or more. Default {@link valueUnitsMax}. */
  readonly valueUnits?: number;
  /** The log is folded into pages when it is this long, in code units, and longer than the pages. Default 256 Ki. */
  readonly logUnits?: number;
}

/** Hash, mark and the batch around the rows. */
const OVERHEAD = 64;
const LOG_COMMITS_MAX = 2_000;
const names = Object.keys(tables) as TableName[];

/**
 * Opens, or makes, a device in a key-value store. Rejects with `foreign`, `too-new`, `corrupt` or `unavailable`.
 * One open storage per name: such stores belong to one process, and nothing in them could keep a second one out.
 */
export async function openKeyValueStorage(options: KeyValueStorageOptions): Promise<KeyValueStorage> {
  const { store, name = 'guras-sync', valueUnits = valueUnitsMax, logUnits = 256 * 1024 } = options;
  assert(valueUnits >= 1_000, 'a value may have 1,000 code units or more');
  const place: Place = { store, keys: keyNames(name), unitsMax: valueUnits - OVERHEAD };
  try {
    const content = await readContent(place);
    return new KeyValueStorage(place, content, logUnits);
  } catch (error) {
    throw failureOf(error);
  }
}

/**
 * The store behind {@link openKeyValueStorage}. A commit is one value under a key of its own (parts go before it when
 * it is too long), so it counts whole or not at all, whatever the store does to other keys. Now and then all rows are
 * written as pages, and the root is turned to them. All rows are held in memory, as redux-persist does: meant for the
 * content of one user, tens of megabytes at most.
 */
export class KeyValueStorage implements Storage {
  readonly #place: Place;
  readonly #memory = new MemoryStorage({});
  readonly #logUnitsMin: number;
  #root: Root;
  /** Generation of the newest pages that were begun; each try takes a new one. */
  #generation: number;
  #garbage: Garbage = noGarbage;
  #parts: (readonly [number, number])[];
  #next: number;
  #pageUnits: number;
  #logUnits: number;
  #foldAt: number;
  /** A commit failed and could not be taken back: it may lie in the store, and has to go before anything else. */
  #unclear = false;
  #open = true;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(place: Place, content: Content, logUnitsMin: number) {
    this.#place = place;
    this.#logUnitsMin = logUnitsMin;
    this.#root = content.root;
    this.#generation = content.root.generation;
    this.#parts = [...content.parts];
    this.#next = content.next;
    this.#pageUnits = content.pageUnits;
    this.#logUnits = content.logUnits;
    this.#foldAt = Math.max(logUnitsMin, content.pageUnits);
    for (const { writes } of content.batches) this.#memory.transact(() => ({ commit: writes, value: null }));
  }

  /**
   * See {@link Storage}; transactions run one after the other. A rejection with `unavailable` means: not kept, unless
   * the store wrote the commit, said that it failed, refuses to remove it, and the process ends before it gives in.
   */
  transact<T>(work: (rows: Rows) => Work<T>): Promise<T> {
    if (!this.#open) return Promise.reject(closed());
    const run = this.#tail.then(() => this.#transact(work));
    this.#tail = run.then(
      () => this.#fold(),
      () => null,
    );
    return run;
  }

  /** See {@link Storage}; answers at once, from the last commit that is durable. */
  read<T>(work: (rows: Rows) => T): T {
    if (!this.#open) throw closed();
    return this.#memory.read(work);
  }

  /** Constant: one process opens such a store. */
  foreignChanges(): number {
    return 0;
  }

  /** Ends when every transaction that was begun has ended. Every later call fails with code `closed`. */
  async close(): Promise<void> {
    this.#open = false;
    await this.#tail;
  }

  async #transact<T>(work: (rows: Rows) => Work<T>): Promise<T> {
    if (this.#unclear) await this.#retract();
    const { commit, value } = this.#memory.read(work);
    if (commit.length === 0) return value;
    const text = JSON.stringify({ n: this.#next, writes: commit });
    // Readers see the old content until the commit is durable, so the new one is made aside. Parsing the text gives
    // rows that the caller has no hand on.
    const before = this.#memory.snapshot();
    const writes = (JSON.parse(text) as { writes: Write[] }).writes;
    this.#memory.transact(() => ({ commit: writes, value: null }));
    const after = this.#memory.snapshot();
    this.#memory.restore(before);
    await this.#append(text);
    this.#memory.restore(after);
    return value;
  }

  async #append(text: string): Promise<void> {
    try {
      await writeCommit(this.#place, this.#next, text);
    } catch (error) {
      this.#unclear = true;
      await this.#retract().catch(() => null);
      throw failureOf(error);
    } finally {
      // Also of a commit that failed: its parts are garbage by then, and go when the log does.
      if (text.length > this.#place.unitsMax) this.#parts.push([this.#next, pieces(text, this.#place.unitsMax).length]);
    }
    this.#next += 1;
    this.#logUnits += text.length;
  }

  /** Takes back a commit that failed: its own key first, so that it can't count any more, whatever becomes of parts. */
  async #retract(): Promise<void> {
    const { store, keys } = this.#place;
    try {
      await store.removeItem(keys.log(this.#next));
      this.#unclear = false;
    } catch (error) {
      throw failureOf(error);
    }
  }

  /**
   * Writes all rows as pages and lets the log begin anew, when the log outweighs them. A failure loses nothing: the old
   * pages and the log still count, and it is tried again when the log has grown as much again.
   */
  async #fold(): Promise<void> {
    if (this.#logUnits < this.#foldAt && this.#next - this.#root.from < LOG_COMMITS_MAX) return;
    try {
      await this.#writeGeneration();
    } catch (error) {
      if (error instanceof BugError) throw error;
      this.#foldAt = this.#logUnits + Math.max(this.#logUnitsMin, this.#pageUnits);
    }
  }

  async #writeGeneration(): Promise<void> {
    const generation = this.#generation + 1;
    const { pages, units } = await writePages(this.#place, generation, this.#allRows());
    const left = this.#leftBehind();
    const root: Root = { ...this.#root, generation, pages, from: this.#next, garbage: left };
    // From here on the root may name these pages, even if the call fails: they are not written again.
    this.#generation = generation;
    this.#garbage = { ...this.#garbage, pages: [...this.#garbage.pages, [generation, pages]] };
    await writeRoot(this.#place, root);
    this.#adopt(root, units);
    await removeGarbage(this.#place, left);
    await sweep(this.#place.store, (part) => this.#place.keys.page(generation, pages + part));
    await writeRoot(this.#place, { ...root, garbage: noGarbage });
    this.#garbage = noGarbage;
  }

  /** What no longer counts once a new generation does, with all that earlier generations could not take away. */
  #leftBehind(): Garbage {
    const { generation, pages, from } = this.#root;
    const garbage = this.#garbage;
    const first = garbage.logs[1] > garbage.logs[0] ? garbage.logs[0] : from;
    return {
      pages: pages > 0 ? [...garbage.pages, [generation, pages]] : garbage.pages,
      logs: [first, this.#next],
      parts: [...garbage.parts, ...this.#parts],
    };
  }

  #adopt(root: Root, units: number): void {
    this.#root = root;
    this.#garbage = root.garbage;
    this.#parts = [];
    this.#pageUnits = units;
    this.#logUnits = 0;
    this.#foldAt = Math.max(this.#logUnitsMin, units);
  }

  *#allRows(): Generator<Write> {
    for (const table of names) {
      for (const put of this.#memory.read((rows) => rows.scan(table))) yield { table, put } as Write;
    }
  }
}

function closed(): StorageError {
  return new StorageError('closed', 'the store is closed', 'open it again');
}

/** Stores of this shape tell no reason that a program could rely on, only that a call failed. */
function failureOf(error: unknown): unknown {
  if (error instanceof StorageError || error instanceof BugError) return error;
  const says = error instanceof Error ? error.message : String(error);
  const failure = new StorageError('unavailable', `the store failed: ${says}`, 'free space, then retry');
  failure.cause = error;
  return failure;
}
