import type { Database, Statement } from 'better-sqlite3';
import type { Scan } from '../../core/sync/rows.ts';
import type { Key } from '../../core/sync/tables.ts';
import { assert } from '../../lib/assert.ts';
import { compareKeys } from '../../lib/order.ts';
import { type Layout, type ManyIndex, type OneIndex, quoted } from './sqlite-schema.ts';
import { keyParts } from './sqlite-text.ts';

/** Where the rows of a scan come from: SQL up to WHERE, the key columns in order, and a condition that always holds. */
interface Source {
  readonly from: string;
  readonly columns: readonly string[];
  readonly always: string | null;
  readonly statements: Map<string, Statement>;
}

const none: Key = [];

/** The scans and counts of one table. Statements are prepared once per shape of the question. */
export class ScanStatements {
  readonly #db: Database;
  readonly #primary: Source;
  readonly #sources = new Map<string, Source>();

  constructor(db: Database, layout: Layout<never>) {
    this.#db = db;
    this.#primary = source(`${quoted(layout.name)} AS t`, prefixed('t', layout.keyColumns), null);
    for (const [name, index] of Object.entries(layout.one)) this.#sources.set(name, oneSource(layout, index));
    for (const [name, index] of Object.entries(layout.many)) this.#sources.set(name, manySource(layout, index));
  }

  /** The bodies of the rows that a scan wants, in its order. */
  bodies(scan: Scan): string[] {
    const { prefix = none, after, reverse = false, limit = -1 } = scan;
    const from = this.#source(scan.index);
    const widest = Math.max(prefix.length, after?.length ?? 0);
    assert(widest <= from.columns.length, `a scan names at most ${from.columns.length} key parts, not ${widest}`);
    const rest = after === undefined ? none : restOfAfter(after, scan, from.columns.length);
    if (rest === null) return [];
    // A key shorter than the index comes before the keys it begins: forward they are wanted, backward they are not.
    const partial = rest.length > 0 && prefix.length + rest.length < from.columns.length;
    const shape = `${prefix.length},${rest.length},${reverse ? 1 : 0}${partial ? 'p' : ''}`;
    let statement = from.statements.get(shape);
    if (statement === undefined) {
      statement = this.#db
        .prepare(scanSql(from, { prefix: prefix.length, rest: rest.length, reverse, partial }))
        .pluck();
      from.statements.set(shape, statement);
    }
    return statement.all([
      ...keyParts(prefix),
      ...keyParts(rest),
      Math.min(limit, Number.MAX_SAFE_INTEGER),
    ]) as string[];
  }

  /** How many entries start with `prefix`. */
  count(index: string | undefined, prefix: Key): number {
    const from = this.#source(index);
    const shape = `count ${prefix.length}`;
    let statement = from.statements.get(shape);
    if (statement === undefined) {
      const where = conditions(from, prefix.length);
      statement = this.#db.prepare(`SELECT count(*) FROM ${from.from}${where === '' ? '' : ` WHERE ${where}`}`).pluck();
      from.statements.set(shape, statement);
    }
    return statement.get(keyParts(prefix)) as number;
  }

  #source(name: string | undefined): Source {
    if (name === undefined) return this.#primary;
    const found = this.#sources.get(name);
    assert(found !== undefined, `the table declares the index ${name}`);
    return found;
  }
}

function source(from: string, columns: readonly string[], always: string | null): Source {
  return { from, columns, always, statements: new Map() };
}

function oneSource(layout: Layout<never>, { sqlName, columns, own }: OneIndex): Source {
  const always = own === null ? null : `t.${quoted(own)} IS NOT NULL`;
  return source(`${quoted(layout.name)} AS t INDEXED BY ${quoted(sqlName)}`, prefixed('t', columns), always);
}

function manySource(layout: Layout<never>, { sqlName, columns, keyColumns }: ManyIndex): Source {
  const on = layout.keyColumns.map((column, at) => `t.${quoted(column)} = s.${quoted(keyColumns[at] as string)}`);
  const from = `${quoted(sqlName)} AS s CROSS JOIN ${quoted(layout.name)} AS t ON ${on.join(' AND ')}`;
  return source(from, prefixed('s', columns), null);
}

function prefixed(alias: string, columns: readonly string[]): string[] {
  return columns.map((column) => `${alias}.${quoted(column)}`);
}

/**
 * The parts of `after` behind the prefix, to be compared as a row value. Empty: it excludes nothing. Null: it excludes
 * everything. A key before or behind the whole prefix is decided here, so that SQLite can seek in the index.
 */
function restOfAfter(after: Key, { prefix = none, reverse = false }: Scan, width: number): Key | null {
  const order = compareKeys(after.slice(0, prefix.length), prefix);
  if (order !== 0) return order > 0 === reverse ? none : null;
  const rest = after.slice(prefix.length);
  if (rest.length > 0) return rest;
  // `after` is the prefix itself: only longer keys come after it, and nothing that has the prefix comes before it.
  return prefix.length < width && !reverse ? none : null;
}

interface Shape {
  readonly prefix: number;
  readonly rest: number;
  readonly reverse: boolean;
  readonly partial: boolean;
}

function scanSql(from: Source, { prefix, rest, reverse, partial }: Shape): string {
  const parts = [conditions(from, prefix)];
  if (rest > 0) {
    const compared = from.columns.slice(prefix, prefix + rest);
    const operator = reverse ? '<' : partial ? '>=' : '>';
    parts.push(`(${compared.join(', ')}) ${operator} (${compared.map(() => '?').join(', ')})`);
  }
  const where = parts.filter((part) => part !== '').join(' AND ');
  const order = from.columns.map((column) => (reverse ? `${column} DESC` : column)).join(', ');
  return `SELECT t.body FROM ${from.from}${where === '' ? '' : ` WHERE ${where}`} ORDER BY ${order} LIMIT ?`;
}

function conditions(from: Source, prefix: number): string {
  const equal = from.columns.slice(0, prefix).map((column) => `${column} = ?`);
  return (from.always === null ? equal : [...equal, from.always]).join(' AND ');
}
