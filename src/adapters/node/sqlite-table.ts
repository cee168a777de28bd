import type { Database, Statement } from 'better-sqlite3';
import type { Scan } from '../../core/sync/rows.ts';
import type { Key } from '../../core/sync/tables.ts';
import { present } from '../../lib/assert.ts';
import { StorageError } from '../../ports/storage.ts';
import { ScanStatements } from './sqlite-scan.ts';
import { type Cell, type Layout, list, type ManyIndex, quoted } from './sqlite-schema.ts';
import { keyPart, keyParts } from './sqlite-text.ts';

/** One declared table in an open database: its statements are prepared once, at first use. */
export class SqliteTable<Row> {
  readonly #db: Database;
  readonly #layout: Layout<Row>;
  readonly #scans: ScanStatements;
  readonly #many: readonly (ManyIndex & { readonly insert: () => Statement; readonly remove: () => Statement })[];
  readonly #updates = new Map<number, Statement>();
  readonly #bodyAt: number;
  readonly #whereKey: string;
  /** Whether it pays to know which index columns of a row change: most changes of a row change some, not all. */
  readonly #indexed: boolean;
  /** Rows that this transaction read or wrote, by key: nobody else changes them meanwhile. */
  readonly #known = new Map<string, Row>();
  #keeps = false;
  #get: Statement | null = null;
  #upsert: Statement | null = null;
  #extrasOf: Statement | null = null;
  #delete: Statement | null = null;

  constructor(db: Database, layout: Layout<Row>) {
    this.#db = db;
    this.#layout = layout;
    this.#scans = new ScanStatements(db, layout);
    this.#many = Object.values(layout.many).map((index) => ({ ...index, ...sideStatements(db, index) }));
    this.#bodyAt = layout.keyColumns.length + layout.extras.length;
    this.#indexed = layout.extras.length > 1;
    this.#whereKey = layout.keyColumns.map((column) => `${quoted(column)} = ?`).join(' AND ');
  }

  /** A writing transaction begins or ends: between the two, what was read or written is known and not read again. */
  keepKnown(keeps: boolean): void {
    this.#keeps = keeps && this.#indexed;
    if (this.#known.size > 0) this.#known.clear();
  }

  /** The row with exactly this key. */
  get(key: Key): Row | undefined {
    this.#get ??= this.#db.prepare(`SELECT body FROM ${quoted(this.#layout.name)} WHERE ${this.#whereKey}`).pluck();
    const body = this.#get.get(key.length === 1 ? keyPart(key[0] as string) : keyParts(key));
    if (body === undefined) return undefined;
    const row = this.#parse(body as string);
    if (this.#keeps) this.#know(row);
    return row;
  }

  /** Rows as {@link Scan} asks for. */
  scan(scan: Scan): Row[] {
    const bodies = this.#scans.bodies(scan);
    const rows = new Array<Row>(bodies.length);
    for (let at = 0; at < bodies.length; at += 1) rows[at] = this.#parse(bodies[at] as string);
    if (this.#keeps) for (const row of rows) this.#know(row);
    return rows;
  }

  /** How many rows, or index entries, start with `prefix`. */
  count(index: string | undefined, prefix: Key): number {
    return this.#scans.count(index, prefix);
  }

  /** Puts a row in place of the one with its key. */
  put(row: Row): void {
    const cells = this.#layout.cells(row);
    cells[this.#bodyAt] = this.#layout.body.text(row);
    const known = this.#keeps ? this.#known.get(keyTextOf(this.#keyOf(cells))) : undefined;
    if (known !== undefined) this.#updateChanged(cells, this.#extrasIn(this.#layout.cells(known)));
    else {
      this.#upsert ??= this.#prepareUpsert();
      if (this.#upsert.run(cells).changes === 0) this.#updateChanged(cells, this.#readExtras(this.#keyOf(cells)));
    }
    if (this.#keeps) this.#known.set(keyTextOf(this.#keyOf(cells)), row);
    for (const index of this.#many) {
      const text = cells[this.#layout.keyColumns.length + index.extraAt];
      if (text !== null) for (const key of this.#keysIn(text)) index.insert().run([...key, ...this.#keyOf(cells)]);
    }
  }

  /** Takes a row out; an absent key changes nothing. */
  remove(key: Key): void {
    const parts = keyParts(key);
    const known = this.#keeps ? this.#known.get(keyTextOf(parts)) : undefined;
    if (this.#many.length > 0)
      this.#forgetMany(parts, {
        old: known === undefined ? this.#readExtras(parts) : this.#extrasIn(this.#layout.cells(known)),
        next: null,
      });
    if (known !== undefined) this.#known.delete(keyTextOf(parts));
    this.#delete ??= this.#db.prepare(`DELETE FROM ${quoted(this.#layout.name)} WHERE ${this.#whereKey}`);
    this.#delete.run(parts);
  }

  /**
   * Inserts, or replaces the body alone when no index column changes. SQLite rewrites an index entry whenever its
   * column is assigned, even to the same value, so columns are only assigned when they differ.
   */
  #prepareUpsert(): Statement {
    const { name, keyColumns, extras } = this.#layout;
    const all = [...keyColumns, ...extras, 'body'];
    const same = extras.map((column) => `${quoted(column)} IS excluded.${quoted(column)}`).join(' AND ');
    return this.#db.prepare(
      `INSERT INTO ${quoted(name)} (${list(all)}) VALUES (${all.map(() => '?').join(', ')})
       ON CONFLICT DO UPDATE SET body = excluded.body${same === '' ? '' : ` WHERE ${same}`}`,
    );
  }

  /** Replaces a row of which at least one index column changes: those columns and the body are assigned. */
  #updateChanged(cells: readonly Cell[], old: readonly Cell[]): void {
    const key = this.#keyOf(cells);
    const next = this.#extrasIn(cells);
    if (this.#many.length > 0) this.#forgetMany(key, { old, next });
    let mask = 0;
    const changed: Cell[] = [];
    for (let at = 0; at < next.length; at += 1) {
      if (next[at] === old[at]) continue;
      mask |= 1 << at;
      changed.push(next[at] as Cell);
    }
    this.#update(mask).run([...changed, cells[this.#bodyAt], ...key]);
  }

  #update(mask: number): Statement {
    const known = this.#updates.get(mask);
    if (known !== undefined) return known;
    const columns = this.#layout.extras.filter((_, at) => (mask & (1 << at)) !== 0);
    const sets = [...columns, 'body'].map((column) => `${quoted(column)} = ?`).join(', ');
    const made = this.#db.prepare(`UPDATE ${quoted(this.#layout.name)} SET ${sets} WHERE ${this.#whereKey}`);
    this.#updates.set(mask, made);
    return made;
  }

  /** Takes the side rows of a row out, of the many indexes whose keys are not those in `next`. */
  #forgetMany(
    key: readonly Cell[],
    { old, next }: { readonly old: readonly Cell[]; readonly next: readonly Cell[] | null },
  ): void {
    for (const index of this.#many) {
      const text = old[index.extraAt];
      if (text === null || text === undefined || text === next?.[index.extraAt]) continue;
      for (const entry of this.#keysIn(text)) index.remove().run([...entry, ...key]);
    }
  }

  /** The index columns of a row as they are stored; empty when there is no such row. */
  #readExtras(key: readonly Cell[]): readonly Cell[] {
    const { name, extras } = this.#layout;
    this.#extrasOf ??= this.#db.prepare(`SELECT ${list(extras)} FROM ${quoted(name)} WHERE ${this.#whereKey}`).raw();
    return (this.#extrasOf.get(key) as Cell[] | undefined) ?? [];
  }

  #keyOf(cells: readonly Cell[]): readonly Cell[] {
    return cells.slice(0, this.#layout.keyColumns.length);
  }

  #extrasIn(cells: readonly Cell[]): readonly Cell[] {
    return cells.slice(this.#layout.keyColumns.length, this.#bodyAt);
  }

  #know(row: Row): void {
    this.#known.set(keyTextOf(keyParts(this.#layout.key(row))), row);
  }

  #keysIn(text: Cell | undefined): Key[] {
    return JSON.parse(String(present(text, 'a row with side rows names them'))) as Key[];
  }

  #parse(body: string): Row {
    try {
      return this.#layout.body.row(body) as Row;
    } catch (cause) {
      const what = `${this.#db.name}: a row of ${this.#layout.name} is damaged`;
      const failure = new StorageError('corrupt', what, 'keep a copy of the file, and restore a backup');
      failure.cause = cause;
      throw failure;
    }
  }
}

function keyTextOf(key: readonly Cell[]): string {
  return key.length === 1 ? String(key[0]) : JSON.stringify(key);
}

function sideStatements(db: Database, index: ManyIndex): { insert: () => Statement; remove: () => Statement } {
  const all = [...index.columns, ...index.keyColumns];
  const marks = all.map(() => '?').join(', ');
  const where = all.map((column) => `${quoted(column)} = ?`).join(' AND ');
  let insert: Statement | null = null;
  let remove: Statement | null = null;
  return {
    insert: () => (insert ??= db.prepare(`INSERT OR IGNORE INTO ${quoted(index.sqlName)} VALUES (${marks})`)),
    remove: () => (remove ??= db.prepare(`DELETE FROM ${quoted(index.sqlName)} WHERE ${where}`)),
  };
}
