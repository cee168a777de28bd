import { assert, present } from '../../lib/assert.ts';
import { type Json, type JsonObject, sameJson } from '../../lib/json.ts';
import { laterStamp } from '../clock/stamp.ts';
import type { Stamp } from '../ids.ts';
import type { Clash, Ruling } from '../model/field.ts';
import { type EntityType, fieldOf, fieldValue, isCounter, type Registry, unitOf } from '../model/registry.ts';
import { type ChangeProblem, validateMergedRow } from '../model/validate.ts';
import { ruleNamed } from './rules/table.ts';

/** What a merge of one row is given. Nothing in it is changed. */
export interface MergeInput {
  readonly type: EntityType;
  readonly registry: Registry;
  /** The server's data that the local change was made on; null when there was none. */
  readonly base: JsonObject | null;
  /** The changed fields only, and when each was meant (null: the user did not set it, so it never wins). */
  readonly local: { readonly data: JsonObject; readonly stamps: Readonly<Record<string, Stamp | null>> };
  /** The newest data of the server. */
  readonly server: { readonly data: JsonObject; readonly stamps: Readonly<Record<string, Stamp | null>> };
  /** Intents this close, in ms, count as simultaneous. */
  readonly simultaneityMs: number;
}

/**
 * What became of one field or unit that the device changed. `local`: the device's value stands. `server`: the server's
 * does. `merged`: a value made of both. `ask`: a person must choose, `value` is the device's meanwhile. `same`: both
 * hold one value. Values of a unit are objects of its fields.
 */
export interface MergeEntry {
  /** Field or unit name. */
  readonly name: string;
  readonly fields: readonly string[];
  readonly base: Json;
  readonly local: Json;
  readonly server: Json;
  readonly localStamp: Stamp | null;
  readonly serverStamp: Stamp | null;
  /** Whether both sides changed it, to different values. */
  readonly clash: boolean;
  readonly outcome: 'local' | 'server' | 'merged' | 'ask' | 'same';
  readonly value: Json;
}

/** The outcome of a merge: entries in the order of the type's fields, and what follows from them. */
export interface MergeResult {
  readonly entries: readonly MergeEntry[];
  /** Field values that survive and that the server does not hold yet. */
  readonly data: JsonObject;
  /** The winner's stamp of each field in `data`; of a value made of both, the later one. */
  readonly stamps: Readonly<Record<string, Stamp>>;
  /** Local values that a clash did not let survive, by field. */
  readonly lost: JsonObject;
  readonly asks: readonly MergeEntry[];
  /** Why the merged row breaks the schema, when that is what made entries `ask`. */
  readonly invalid: ChangeProblem | null;
  readonly counts: { readonly clashes: number; readonly lost: number; readonly asked: number };
}

/**
 * Three-way merge of one row: what of the device's change survives on the server's newest data. Total and
 * deterministic, whatever device runs it. Throws BugError when the change sets what a user's change never sets
 * (counters, fields of the server or of the device alone). Fields that the type does not know are left out.
 */
export function mergeRow(input: MergeInput): MergeResult {
  const entries = groupsOf(input.type, input.local.data).map((group) => mergeGroup(input, group));
  return validateMerged(input, entries);
}

interface Group {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unit: boolean;
  readonly merge: string;
  readonly order: readonly string[];
}

/** The fields and units that the change touches, in the order of declaration. */
function groupsOf(type: EntityType, data: JsonObject): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const name of Object.keys(type.fields)) {
    if (!Object.hasOwn(data, name)) continue;
    const field = present(fieldOf(type, name), 'a declared field is found');
    assert(field.owner === 'user' && !isCounter(field), `${type.name}.${name} is set by no user's change`);
    const unitName = unitOf(type, name);
    if (unitName === null) {
      groups.set(`field ${name}`, { name, fields: [name], unit: false, merge: field.merge, order: field.order ?? [] });
    } else {
      const { fields, merge } = present(type.units[unitName], 'a named unit is declared');
      groups.set(`unit ${unitName}`, { name: unitName, fields, unit: true, merge, order: [] });
    }
  }
  return [...groups.values()];
}

function mergeGroup(input: MergeInput, group: Group): MergeEntry {
  const { type, base, local, server } = input;
  const seen: Clash = {
    base: valueOf(group, (field) => fieldValue(type, base, field)),
    // A unit travels whole; a field that is missing all the same is as the device saw it: the base's.
    local: valueOf(group, (field) => fieldValue(type, Object.hasOwn(local.data, field) ? local.data : base, field)),
    server: valueOf(group, (field) => fieldValue(type, server.data, field)),
    localStamp: stampOfAll(local.stamps, group.fields),
    serverStamp: stampOfAll(server.stamps, group.fields),
    simultaneityMs: input.simultaneityMs,
    order: group.order,
  };
  const plain = undisputed(seen, base === null);
  if (plain !== null)
    return entryOf(group, seen, { clash: false, outcome: plain, value: plain === 'server' ? seen.server : seen.local });
  const ruling = ruleNamed(input.registry, group.merge)(seen);
  return entryOf(group, seen, { clash: true, outcome: ruling.take, value: ruledValue(seen, ruling, group) });
}

/** Written out field by field: spreading objects here costs more than the rest of a merge. */
function entryOf(group: Group, seen: Clash, end: Pick<MergeEntry, 'clash' | 'outcome' | 'value'>): MergeEntry {
  return {
    name: group.name,
    fields: group.fields,
    base: seen.base,
    local: seen.local,
    server: seen.server,
    localStamp: seen.localStamp,
    serverStamp: seen.serverStamp,
    clash: end.clash,
    outcome: end.outcome,
    value: end.value,
  };
}

/** The outcome where no rule is needed; null for a clash. Without a base, what no user ever set gives way. */
function undisputed(seen: Clash, baseless: boolean): 'local' | 'server' | 'same' | null {
  if (sameJson(seen.local, seen.server)) return 'same';
  if (sameJson(seen.server, seen.base)) return 'local';
  if (sameJson(seen.local, seen.base)) return 'server';
  if (seen.localStamp === null) return 'server';
  return baseless && seen.serverStamp === null ? 'local' : null;
}

function ruledValue(seen: Clash, ruling: Ruling, group: Group): Json {
  if (ruling.take === 'server') return seen.server;
  if (ruling.take !== 'merged') return seen.local;
  const { value } = ruling;
  const whole = !group.unit || (isObject(value) && group.fields.every((field) => Object.hasOwn(value, field)));
  assert(whole, `the rule ${group.merge} gives a value for every field of ${group.name}`);
  return value;
}

/**
 * Finishes a merge: checks the whole row that would stand (the server's data overlaid with what survives). When it
 * breaks the schema, the clashing entries that differ from the server's value become `ask`; when no entry clashed
 * (two harmless changes that do not fit together), all that differ do.
 */
function validateMerged(input: MergeInput, entries: readonly MergeEntry[]): MergeResult {
  const result = summed(entries, null);
  const invalid = validateMergedRow(input.type, { ...input.server.data, ...result.data });
  if (invalid === null) return result;
  const open = entries.filter((entry) => entry.outcome !== 'ask' && !sameJson(entry.value, entry.server));
  const clashing = open.filter((entry) => entry.clash);
  const asked = new Set(clashing.length > 0 ? clashing : open);
  const reopened = entries.map((entry) =>
    asked.has(entry) ? { ...entry, outcome: 'ask' as const, value: entry.local } : entry,
  );
  return summed(reopened, invalid);
}

function summed(entries: readonly MergeEntry[], invalid: ChangeProblem | null): MergeResult {
  const survivors = entries.filter(
    ({ outcome, value, server }) => outcome === 'local' || (outcome === 'merged' && !sameJson(value, server)),
  );
  const losers = entries.filter((entry) => entry.clash && entry.outcome === 'server');
  const asks = entries.filter((entry) => entry.outcome === 'ask');
  return {
    entries,
    data: Object.fromEntries(survivors.flatMap((entry) => spread(entry, entry.value))),
    stamps: Object.fromEntries(survivors.flatMap(stampsOf)),
    lost: Object.fromEntries(losers.flatMap((entry) => spread(entry, entry.local))),
    asks,
    invalid,
    counts: { clashes: entries.filter((entry) => entry.clash).length, lost: losers.length, asked: asks.length },
  };
}

/** Fields and values of an entry: a unit's object taken apart. */
function spread(entry: MergeEntry, value: Json): readonly (readonly [string, Json])[] {
  if (!isUnit(entry)) return [[entry.name, value]];
  assert(isObject(value), 'the value of a unit is an object');
  return entry.fields.map((field) => [field, value[field] ?? null]);
}

function stampsOf(entry: MergeEntry): readonly (readonly [string, Stamp])[] {
  const stamp = entry.outcome === 'merged' ? laterStamp(entry.localStamp, entry.serverStamp) : entry.localStamp;
  return stamp === null ? [] : entry.fields.map((field) => [field, stamp]);
}

function isUnit(entry: MergeEntry): boolean {
  return !entry.fields.includes(entry.name);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueOf(group: Group, read: (field: string) => Json): Json {
  if (!group.unit) return read(group.name);
  return Object.fromEntries(group.fields.map((field) => [field, read(field)]));
}

/** The newest stamp of the fields: a unit has one. */
function stampOfAll(stamps: Readonly<Record<string, Stamp | null>>, fields: readonly string[]): Stamp | null {
  return fields.reduce<Stamp | null>(
    (newest, field) => laterStamp(newest, Object.hasOwn(stamps, field) ? (stamps[field] ?? null) : null),
    null,
  );
}
