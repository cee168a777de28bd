import { defaultLimits } from '../core/limits.ts';
import type { EntityType, Registry } from '../core/model/registry.ts';
import type { Edit } from '../engine/device.ts';
import { canonicalJson, type Json, type JsonObject, sameJson } from '../lib/json.ts';
import type { DeviceSetup } from '../stage/stage.ts';
import { Contacts } from './contacts.ts';
import type { AllowedLoss } from './losses.ts';
import { QuestionBook } from './questions.ts';

/** One edit that a device took, as its user knows it. Nothing here comes from inside the engine. */
export interface LedgerWrite {
  /** 1, 2, 3, … in the order of the run. */
  readonly n: number;
  /** Who wrote: a device, `server` for a write beside the devices, `fixture` for rows of the beginning. */
  readonly by: string;
  readonly user: string;
  readonly atMs: number;
  readonly action: Edit['action'];
  readonly entityType: string;
  /** The row by what makes it the same on all devices: its natural key if it has one, else its id. */
  readonly row: string;
  readonly entityId: string;
  readonly set: JsonObject;
  readonly add: Readonly<Record<string, number>>;
  /** What the device showed of the row just before; null when it showed none. */
  readonly seen: JsonObject | null;
  readonly changeIds: readonly string[];
  /** Of a delete: the server's row as an open question about the row showed it just before; absent when nothing was asked. */
  readonly asked?: JsonObject;
  /** Number of the group of edits that were made as one; absent for an edit alone. */
  readonly group?: number;
  /** Which data its device was on then: 0, and one more each time they were replaced. */
  readonly onData: number;
}

/** A write that the ledger has not taken yet: it gives the rest. */
export type NewWrite = Omit<LedgerWrite, 'n' | 'onData'>;

/** What a device showed of one row at one moment. */
export interface Look {
  readonly device: string;
  readonly user: string;
  readonly entityType: string;
  readonly row: string;
  readonly data: JsonObject;
}

/** What the ledger knows of a device from the story's beginning. */
type DeviceFrame = Pick<DeviceSetup, 'name' | 'clockMs' | 'limits'>;

/** What was written and shown in a run, kept outside the engine. */
export class Ledger {
  readonly registry: Registry;
  readonly writes: LedgerWrite[] = [];
  /** Rows, as `user type row`, about which a person took something back: undo, drop, or a merged value. */
  readonly reopened = new Set<string>();
  /** How many writes each loss that the text allows was granted for. */
  readonly authorised = new Map<AllowedLoss, number>();
  /** How well the devices knew the time. */
  readonly contacts: Contacts;
  /** What people were asked, and what they decided. */
  readonly questions = new QuestionBook();
  /** Clashes that were judged by what the policy names, and those where the clocks left that open. */
  readonly clashes = { strong: 0, weak: 0 };
  /** Rows, as `user type row`, in which values clashed that a policy had to choose between. */
  readonly clashed = new Set<string>();
  readonly #windows: ReadonlyMap<string, number>;
  readonly #losable = new Set<number>();
  readonly #replaced = new Map<string, number>();
  readonly #byValue = new Map<string, LedgerWrite[]>();
  readonly #byRow = new Map<string, LedgerWrite[]>();
  readonly #byChange = new Map<string, LedgerWrite[]>();
  readonly #types = new Set<string>();

  constructor(registry: Registry, devices: readonly DeviceFrame[] = []) {
    this.registry = registry;
    this.contacts = new Contacts(devices);
    this.#windows = new Map(
      devices.map(({ name, limits }) => [name, limits.simultaneityMs ?? defaultLimits.simultaneityMs]),
    );
  }

  /** Intents at most this far apart, ms, are simultaneous to a device. */
  windowOf(device: string): number {
    return this.#windows.get(device) ?? defaultLimits.simultaneityMs;
  }

  /** Notes a write that was taken. */
  add(write: NewWrite): LedgerWrite {
    const noted = { ...write, n: this.writes.length + 1, onData: this.dataOf(write.by) };
    this.writes.push(noted);
    this.#types.add(noted.entityType);
    push(this.#byRow, rowKeyOf(noted), noted);
    for (const id of noted.changeIds) push(this.#byChange, id, noted);
    for (const [field, value] of Object.entries(noted.set)) {
      for (const token of tokensOf(value)) push(this.#byValue, valueKey(noted, field, token), noted);
    }
    return noted;
  }

  /** Allows these writes to be lost, for a reason that has a name. They may have taken effect all the same. */
  authorise(loss: AllowedLoss, writes: readonly LedgerWrite[]): void {
    const fresh = writes.filter(({ n }) => !this.#losable.has(n));
    for (const { n } of fresh) this.#losable.add(n);
    if (fresh.length > 0) this.authorised.set(loss, (this.authorised.get(loss) ?? 0) + fresh.length);
  }

  /** Whether a write has to be accounted for: no loss of it is authorised. */
  isCertain({ n }: LedgerWrite): boolean {
    return !this.#losable.has(n);
  }

  /** Notes that a device goes on with other data than it had: what it shows may step back, once. */
  replaced(device: string): void {
    this.#replaced.set(device, this.dataOf(device) + 1);
  }

  /** Which data a device is on: 0, and one more each time they were replaced. What it showed counts within one number. */
  dataOf(device: string): number {
    return this.#replaced.get(device) ?? 0;
  }

  /** Whether a value may stand though nobody wrote it: a field's beginning. Then no write can be known by it. */
  isInitial({ entityType }: Pick<RowPlace, 'entityType'>, field: string, value: Json): boolean {
    const { initial } = this.typeOf(entityType)?.fields[field] ?? {};
    return initial !== undefined && sameJson(initial, value);
  }

  /** Whether somebody set a field to this value, be it the field's beginning. */
  isSetTo(place: RowPlace, field: string, value: Json): boolean {
    return this.#byValue.has(valueKey(place, field, value));
  }

  /** All writes to a row, oldest first. */
  writesOf(place: RowPlace): readonly LedgerWrite[] {
    return this.#byRow.get(rowKeyOf(place)) ?? [];
  }

  /** The writes that a change carries, oldest first; none of a change that no device was asked for. */
  writesIn(changeId: string): readonly LedgerWrite[] {
    return this.#byChange.get(changeId) ?? [];
  }

  /** The types of which a row was written. */
  entityTypes(): ReadonlySet<string> {
    return this.#types;
  }

  /** Every row that was written. */
  rows(): readonly RowPlace[] {
    return [...this.#byRow.values()].flatMap((all) => all[0] ?? []);
  }

  /** Who wrote this value of a field; several, when it is not unique; nobody, when it may be the field's beginning. */
  writersOf(place: RowPlace, field: string, value: Json): readonly LedgerWrite[] {
    return this.isInitial(place, field, value) ? [] : (this.#byValue.get(valueKey(place, field, value)) ?? []);
  }

  /** The type of a row. */
  typeOf(entityType: string): EntityType | undefined {
    return this.registry.types.get(entityType);
  }

  /** Whether a field names another row: its value follows that row when a device learns its other id. */
  isReference(entityType: string, field: string): boolean {
    return this.typeOf(entityType)?.references.some((reference) => reference.field === field) === true;
  }

  /** The row that a field of a row names with this value; null when the field names none. Two ids may be of one row. */
  rowNamedIn({ user, entityType }: RowPlace, field: string, value: Json): RowPlace | null {
    const named = this.typeOf(entityType)?.references.find((reference) => reference.field === field)?.entityType;
    if (named === undefined || typeof value !== 'string') return null;
    const known = this.writes.find(
      (write) => write.user === user && write.entityType === named && write.entityId === value,
    );
    return known ?? { user, entityType: named, row: value };
  }

  /**
   * Whether this write names a row that was deleted or taken back, or that fell with one itself: then it may go unsent, with all that
   * its device wrote to its row.
   */
  mayFallWith(write: LedgerWrite): boolean {
    return Object.entries(write.set).some(([field, value]) => {
      const parent = this.rowNamedIn(write, field, value);
      if (parent === null) return false;
      const isGone = this.reopened.has(rowKeyOf(parent));
      return isGone || this.writesOf(parent).some((one) => one.action === 'delete' || this.mayFallWith(one));
    });
  }

  /** Whether a row that this one may refer to was ever deleted or taken back: then this one may go with it, unsent. */
  mayFallWithParent({ user, entityType }: RowPlace): boolean {
    const parents = this.typeOf(entityType)?.references.map((reference) => reference.entityType) ?? [];
    if (parents.length === 0) return false;
    return this.writes.some((write) => {
      if (write.user !== user || !parents.includes(write.entityType)) return false;
      return write.action === 'delete' || this.reopened.has(rowKeyOf(write));
    });
  }

  /** A row's name over all devices: its natural key where it has one. */
  nameOf(entityType: string, entityId: string, data: JsonObject | null): string {
    const key = this.typeOf(entityType)?.naturalKey ?? [];
    return key.length === 0 || data === null
      ? entityId
      : key.map((field) => canonicalJson(data[field] ?? null)).join(' ');
  }

  /**
   * Whether the writer of `later` had seen the value of `earlier` in this field, or a value made upon it. Values that
   * several wrote end the chain: then nobody can tell.
   */
  isBefore(earlier: LedgerWrite, later: LedgerWrite, field: string): boolean {
    const met = new Set<number>();
    for (let at: LedgerWrite | undefined = later; at !== undefined && !met.has(at.n); ) {
      met.add(at.n);
      const seen: Json | undefined = at.seen?.[field];
      if (seen === undefined || seen === null) return false;
      const writers: readonly LedgerWrite[] = this.writersOf(at, field, seen);
      if (writers.length !== 1) return false;
      if (writers[0]?.n === earlier.n) return true;
      at = writers[0];
    }
    return false;
  }
}

/** Names a row of a user. */
export interface RowPlace {
  readonly user: string;
  readonly entityType: string;
  readonly row: string;
}

/** A row as a key of maps. */
export function rowKeyOf({ user, entityType, row }: RowPlace): string {
  return `${user} ${entityType} ${row}`;
}

/** The values that stand for themselves in a field's value: the elements of a list, else the value. */
export function tokensOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function valueKey(place: RowPlace, field: string, value: Json): string {
  return `${rowKeyOf(place)} ${field} ${canonicalJson(value)}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
