import type { Scan } from '../../core/sync/rows.ts';
import type { IndexSpec, Key, TableSpec } from '../../core/sync/tables.ts';
import { assert } from '../../lib/assert.ts';
import { compareKeys } from '../../lib/order.ts';
import { type OrderedImage, OrderedMap, type Place } from '../../lib/ordered-map.ts';

/** All entries of a table and of its indexes at one moment. */
export interface TableImage<Row> {
  readonly rows: OrderedImage<Row>;
  readonly indexes: readonly OrderedImage<Key>[];
}

/**
 * One index: index key and primary key together lead to the primary key. Both, because two rows may share an index key
 * for a moment, between two writes of one commit, and neither may be lost then.
 */
interface Index<Row> {
  readonly spec: IndexSpec<Row>;
  readonly width: number;
  readonly entries: OrderedMap<Key>;
  /** Keys of the row that is being put. */
  next: readonly Key[] | Key | null;
}

const none: Key = [];

/** A table in memory, found by its primary key and by its indexes. Rows are kept as given and never changed. */
export class MemoryTable<Row> {
  readonly #spec: TableSpec<Row>;
  readonly #rows = new OrderedMap<Row>();
  readonly #indexes: readonly Index<Row>[];
  readonly #byName: ReadonlyMap<string, Index<Row>>;

  constructor(spec: TableSpec<Row>) {
    this.#spec = spec;
    const named = Object.entries(spec.indexes).map(
      ([name, index]) =>
        [
          name,
          { spec: index, width: index.columns.length, entries: new OrderedMap<Key>(), next: null } as Index<Row>,
        ] as const,
    );
    this.#byName = new Map(named);
    this.#indexes = named.map(([, index]) => index);
  }

  /** The row with exactly this key. */
  get(key: Key): Row | undefined {
    return this.#rows.get(key);
  }

  /** Puts a row in place of the one with its key, which is given back. */
  put(row: Row): Row | undefined {
    const key = this.#spec.key(row);
    for (const index of this.#indexes) index.next = keysOf(index.spec, row);
    const old = this.#rows.set(key, row);
    for (const index of this.#indexes) reindex(index, key, old);
    return old;
  }

  /** Takes a row out and gives it back; an absent key changes nothing. */
  remove(key: Key): Row | undefined {
    const old = this.#rows.delete(key);
    if (old === undefined) return undefined;
    for (const index of this.#indexes) {
      index.next = null;
      reindex(index, key, old);
    }
    return old;
  }

  /** Rows as {@link Scan} asks for. */
  scan(scan: Scan): Row[] {
    const { prefix = none, reverse = false, limit = Number.POSITIVE_INFINITY } = scan;
    const index = this.#index(scan.index);
    const width = index === null ? this.#spec.keyColumns.length : index.width;
    const widest = Math.max(prefix.length, scan.after?.length ?? 0);
    assert(widest <= width, `a scan names at most ${width} key parts, not ${widest}`);
    const range = {
      prefix,
      reverse,
      limit,
      after: scan.after === undefined ? null : placeAfter(scan.after, scan, width),
    };
    if (index === null) return this.#rows.range(range);
    return index.entries.range(range).map((key) => this.#rows.get(key) as Row);
  }

  /** How many rows, or index entries, start with `prefix`. */
  count(name: string | undefined, prefix: Key): number {
    return (this.#index(name)?.entries ?? this.#rows).count(prefix);
  }

  /** The content as it is now; costs nothing until the next change. */
  image(): TableImage<Row> {
    return { rows: this.#rows.image(), indexes: this.#indexes.map((index) => index.entries.image()) };
  }

  /** Goes back to an image of a table with the same declaration. */
  restore(image: TableImage<Row>): void {
    this.#rows.restore(image.rows);
    this.#indexes.forEach((index, at) => {
      index.entries.restore(image.indexes[at] as OrderedImage<Key>);
    });
  }

  #index(name: string | undefined): Index<Row> | null {
    if (name === undefined) return null;
    const index = this.#byName.get(name);
    assert(index !== undefined, `the table declares the index ${name}`);
    return index;
  }
}

/** A key shorter than the index comes before all keys that start with it; one of full length is left out itself. */
function placeAfter(after: Key, { reverse = false }: Scan, width: number): Place {
  return { key: after, side: after.length === width && !reverse ? 'past' : 'first-of' };
}

/** The index keys of a row; asking for them before anything is changed keeps a row that has none out of the table. */
function keysOf<Row>(spec: IndexSpec<Row>, row: Row): readonly Key[] | Key | null {
  return spec.kind === 'one' ? spec.key(row) : spec.keys(row);
}

function reindex<Row>(index: Index<Row>, key: Key, old: Row | undefined): void {
  const { spec, entries, next } = index;
  if (spec.kind === 'many') {
    if (old !== undefined) for (const before of spec.keys(old)) entries.delete([...before, ...key]);
    for (const after of (next as readonly Key[] | null) ?? []) entries.set([...after, ...key], key);
    return;
  }
  const before = old === undefined ? null : spec.key(old);
  const after = next as Key | null;
  if (before !== null && after !== null && compareKeys(before, after) === 0) return;
  if (before !== null) entries.delete([...before, ...key]);
  if (after !== null) entries.set([...after, ...key], key);
}
