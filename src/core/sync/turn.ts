import { assert, present } from '../../lib/assert.ts';
import { hash32 } from '../../lib/hash.ts';
import { compareKeys } from '../../lib/order.ts';
import { type Reading, serverTimeOf } from '../clock/server-clock.ts';
import { brandId, type ChangeId, type EntityKey, keyText, uuidV7 } from '../ids.ts';
import type { Limits } from '../limits.ts';
import { type EntityType, type Registry, typeNamed } from '../model/registry.ts';
import type { Item } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import type { Effect, Notice } from './output.ts';
import type { Rows, Scan, Write } from './rows.ts';
import type { State } from './state.ts';
import { type Key, type LogEntry, type Meta, type TableName, type TableSpec, type Tables, tables } from './tables.ts';

/** What is the same for every step of a device. */
export interface Setting {
  readonly registry: Registry;
  readonly limits: Limits;
}

/**
 * One step under way: the rows as they will be once its writes are durable, the state as it will be, and the effects
 * to perform then. Lives only inside `step`; nothing of it is seen outside before the commit.
 */
export class Turn {
  readonly setting: Setting;
  readonly at: Reading;
  state: State;
  readonly commit: Write[] = [];
  readonly then: Effect[] = [];
  /** Rows under work, by key text; written by `flushEntities`. */
  readonly entities = new Map<string, Entity>();
  /** Items that this step took from one row to another: leaving the first is no leaving of the queue. */
  readonly moved = new Set<ChangeId>();
  readonly #rows: Rows;
  readonly #meta = new Map<string, unknown>();
  /** Rows written in this step by table and key; undefined stands for removed. */
  readonly #written: { [Name in TableName]?: Map<string, Tables[Name] | undefined> } = {};
  /** Rows whose items this step wrote or took out. */
  readonly #itemsWritten = new Set<string>();
  #aside: number | undefined;
  #aliased: boolean | undefined;
  readonly #counts = new Map<string, number>();

  constructor(options: {
    readonly setting: Setting;
    readonly state: State;
    readonly at: Reading;
    readonly rows: Rows;
  }) {
    this.setting = options.setting;
    this.state = options.state;
    this.at = options.at;
    this.#rows = options.rows;
  }

  get limits(): Limits {
    return this.setting.limits;
  }

  type(name: string): EntityType {
    return typeNamed(this.setting.registry, name);
  }

  get<Name extends TableName>(table: Name, key: Key): Tables[Name] | undefined {
    const written = this.#written[table] as Map<string, Tables[Name] | undefined> | undefined;
    if (written !== undefined) {
      const text = keyOf(key);
      if (written.has(text)) return written.get(text);
    }
    return this.#rows.get(table, key);
  }

  /** As `Rows.scan`, with this step's own writes seen. Rows of the store that this step wrote are replaced in place. */
  scan<Name extends TableName>(table: Name, scan: Scan = {}): readonly Tables[Name][] {
    const written = this.#written[table] as Map<string, Tables[Name] | undefined> | undefined;
    if (written === undefined || written.size === 0) return this.#rows.scan(table, scan);
    return overlaid(this.#rows, table, scan, written);
  }

  put<Name extends TableName>(table: Name, row: Tables[Name]): void {
    if (table === 'items') this.#itemsWritten.add(keyText(row as Item));
    this.#map(table).set(keyOf(tables[table].key(row)), row);
    this.commit.push({ table, put: row } as Write);
  }

  /** Takes an item out of the queue. */
  removeItem(item: Item): void {
    this.#itemsWritten.add(keyText(item));
    this.remove('items', [item.id]);
  }

  /** The items of a row, oldest first. */
  itemsOf(key: EntityKey): readonly Item[] {
    const scan = { index: 'byEntity', prefix: [key.entityType, key.entityId] };
    // Most rows of a large step were not written by it: the store answers for them without a look at the others.
    return this.#itemsWritten.has(keyText(key)) ? this.scan('items', scan) : this.#rows.scan('items', scan);
  }

  remove(table: TableName, key: Key): void {
    this.#map(table).set(keyOf(key), undefined);
    this.commit.push({ table, remove: key });
  }

  meta<Name extends keyof Meta>(name: Name): Meta[Name] {
    if (!this.#meta.has(name)) {
      const row = this.#rows.get('meta', [name]);
      this.#meta.set(name, present(row, `the device file holds ${name}`).value);
    }
    return this.#meta.get(name) as Meta[Name];
  }

  setMeta<Name extends keyof Meta>(name: Name, value: Meta[Name]): void {
    this.#meta.set(name, value);
    const row = { name, value } as Tables['meta'];
    const index = this.commit.findIndex((write) => write.table === 'meta' && 'put' in write && write.put.name === name);
    if (index >= 0) this.commit[index] = { table: 'meta', put: row };
    else this.commit.push({ table: 'meta', put: row });
  }

  /** How many rows are kept aside, as of the start of the step. */
  asideCount(): number {
    this.#aside ??= this.#rows.count('aside');
    return this.#aside;
  }

  /** Whether any id is an alias, as of the start of the step. */
  hasAliases(): boolean {
    this.#aliased ??= this.#rows.scan('aliases', { limit: 1 }).length > 0;
    return this.#aliased;
  }

  /** Adds to a count of the device; written once at the end of the step. */
  count(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  /** Puts the counts of this step into the commit. Called once, last. */
  flushCounts(): void {
    if (this.#counts.size === 0) return;
    const counts: Record<string, number> = { ...this.meta('counts') };
    for (const [name, by] of this.#counts) counts[name] = (counts[name] ?? 0) + by;
    this.setMeta('counts', counts);
  }

  update(part: Partial<State>): void {
    this.state = { ...this.state, ...part };
  }

  effect(effect: Effect): void {
    this.then.push(effect);
  }

  tell(notice: Notice): void {
    this.then.push({ kind: 'notice', notice });
  }

  /** A whole number in [0, bound) from this life's randomness. */
  below(bound: number): number {
    const { seed, draws } = this.state;
    this.update({ draws: draws + 1 });
    return Math.floor((hash32(seed, draws) / 0x1_0000_0000) * bound);
  }

  newId(): ChangeId {
    const { seed, draws } = this.state;
    this.update({ draws: draws + 3 });
    const words = [hash32(seed, draws), hash32(seed, draws + 1), hash32(seed, draws + 2)] as const;
    return brandId<ChangeId>(uuidV7(this.at.wallMs, words));
  }

  /** Takes the next number for an item: unique, and later than all before. */
  nextSeq(): number {
    const sequence = this.meta('sequence');
    this.setMeta('sequence', { ...sequence, item: sequence.item + 1 });
    return sequence.item;
  }

  /** Estimated server time now, ms. */
  serverNow(): number {
    return serverTimeOf(this.meta('clock'), this.at);
  }

  /** Records what happened to a change, for people and for law 3. */
  log(kind: LogEntry['kind'], entry: EntityKey & Partial<Pick<LogEntry, 'changeId' | 'by' | 'kept' | 'detail'>>): void {
    const sequence = this.meta('sequence');
    this.setMeta('sequence', { ...sequence, log: sequence.log + 1 });
    this.put('log', {
      n: sequence.log,
      atMs: this.at.wallMs,
      kind,
      entityType: entry.entityType,
      entityId: entry.entityId,
      changeId: entry.changeId ?? null,
      by: entry.by ?? null,
      kept: entry.kept ?? null,
      detail: entry.detail ?? '',
    });
  }

  #map<Name extends TableName>(table: Name): Map<string, Tables[Name] | undefined> {
    this.#written[table] ??= new Map() as never;
    return this.#written[table] as Map<string, Tables[Name] | undefined>;
  }
}

function keyOf(key: Key): string {
  const [first, second] = key;
  if (key.length === 1 && typeof first === 'string') return first;
  // The length says where the first part ends, so that no two keys share a text.
  if (key.length === 2 && typeof first === 'string' && typeof second === 'string')
    return `${first.length}:${first}${second}`;
  return JSON.stringify(key);
}

/** A scan of the store with a step's own writes laid over it. */
function overlaid<Name extends TableName>(
  rows: Rows,
  table: Name,
  scan: Scan,
  written: ReadonlyMap<string, Tables[Name] | undefined>,
): readonly Tables[Name][] {
  assert(scan.limit === undefined || scan.limit > 0, 'a scan wants at least one row');
  const kept = unwritten(rows, table, scan, written);
  const placed = inRange(table, scan, written.values());
  if (placed.length === 0) return kept.map(({ row }) => row);
  const sign = scan.reverse === true ? -1 : 1;
  const merged = [...kept, ...placed].sort((a, b) => sign * compareKeys(a.key, b.key)).map(({ row }) => row);
  return scan.limit === undefined ? merged : merged.slice(0, scan.limit);
}

interface Keyed<Row> {
  readonly key: Key;
  readonly row: Row;
}

/** The first `limit` rows of the range that this step did not write, in order. */
function unwritten<Name extends TableName>(
  rows: Rows,
  table: Name,
  scan: Scan,
  written: ReadonlyMap<string, Tables[Name] | undefined>,
): readonly Keyed<Tables[Name]>[] {
  const spec: TableSpec<Tables[Name]> = tables[table];
  const { limit } = scan;
  const many = hasManyKeys(spec, scan);
  const kept: Keyed<Tables[Name]>[] = [];
  // With one key per row the store is asked for no more than is missing; otherwise for as many as may drop out.
  const asked = limit === undefined || !many ? limit : limit + written.size;
  for (let from: Scan | null = asked === undefined ? scan : { ...scan, limit: asked }; from !== null; ) {
    const found: readonly Tables[Name][] = rows.scan(table, from);
    const untouched = found.filter((row) => !written.has(keyOf(spec.key(row))));
    // One by one: a whole table would not fit into the arguments of one call.
    for (const each of inRange(table, scan, untouched)) kept.push(each);
    if (limit !== undefined && kept.length >= limit) return kept.slice(0, limit);
    const last: Tables[Name] | undefined = many || found.length !== asked ? undefined : found.at(-1);
    from = last === undefined ? null : behind(table, from, last);
  }
  return kept;
}

/** The scan as it goes on behind a row that it found. */
function behind<Name extends TableName>(table: Name, scan: Scan, row: Tables[Name]): Scan {
  return { ...scan, after: present(keysOf(table, scan, row)[0], 'a row was found by its key') };
}

function hasManyKeys<Row>(spec: TableSpec<Row>, { index }: Scan): boolean {
  return index !== undefined && spec.indexes[index]?.kind === 'many';
}

/** Those of the rows that lie in the range of the scan, with their keys there. */
function inRange<Name extends TableName>(
  table: Name,
  scan: Scan,
  rows: Iterable<Tables[Name] | undefined>,
): readonly Keyed<Tables[Name]>[] {
  const out: Keyed<Tables[Name]>[] = [];
  for (const row of rows)
    if (row !== undefined) for (const key of keysInRange(table, scan, row)) out.push({ key, row });
  return out;
}

function keysInRange<Name extends TableName>(table: Name, scan: Scan, row: Tables[Name]): readonly Key[] {
  const { prefix = [], after, reverse = false } = scan;
  const sign = reverse ? -1 : 1;
  return keysOf(table, scan, row).filter(
    (key) =>
      prefix.every((part, at) => key[at] === part) && (after === undefined || sign * compareKeys(key, after) > 0),
  );
}

function keysOf<Name extends TableName>(table: Name, scan: Scan, row: Tables[Name]): readonly Key[] {
  const spec: TableSpec<Tables[Name]> = tables[table];
  if (scan.index === undefined) return [spec.key(row)];
  const index = present(spec.indexes[scan.index], `${table} has the index ${scan.index}`);
  if (index.kind === 'many') return index.keys(row);
  const key = index.key(row);
  return key === null ? [] : [key];
}
