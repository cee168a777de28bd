import * as z from 'zod/mini';
import type { Json, JsonObject } from '../../lib/json.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import type { Field } from './field.ts';
import { entityIdFault, jsonBytesAtMost, jsonFault } from './json-rules.ts';
import { type EntityType, fieldOf, isCounter } from './registry.ts';
import { ruleWords } from './rule-words.ts';

/** Why a change is refused: a stable code of the protocol, the field to blame, and the rule in words. */
export interface ChangeProblem {
  readonly code: 'invalid_change' | 'not_writable' | 'too_large';
  readonly field?: string;
  readonly detail: string;
}

/** What a check of a change may be told. */
export interface ValidateOptions {
  /** Depth and size that a row may have. Default: the limits of the engine. */
  readonly limits?: Pick<Limits, 'depth' | 'rowBytes'>;
  /** `app` (default) may also set fields that never leave the device; a change that travels (`wire`) may not. */
  readonly from?: 'app' | 'wire';
}

/** Null when the id may name a row of the type, otherwise the rule it breaks. */
export function validateEntityId(type: EntityType, id: unknown): ChangeProblem | null {
  const fault = entityIdFault(id);
  if (fault !== null) return { code: 'invalid_change', detail: fault };
  if (type.singleton === null || id === type.singleton) return null;
  return { code: 'invalid_change', detail: `A user has one row of ${type.name}: its id is "${type.singleton}".` };
}

/**
 * Null when a user may create a row with these values; otherwise the first rule broken. Beyond {@link validateSet}:
 * every field without which the row makes no sense is there, and the type is one that users create.
 */
export function validateCreate(type: EntityType, data: JsonObject, options?: ValidateOptions): ChangeProblem | null {
  if (type.catalogue) {
    return { code: 'not_writable', detail: `Rows of ${type.name} come from the catalogue; a user only updates them.` };
  }
  const problem = validateSet(type, data, options) ?? missing(type, data);
  // A unit is completed with null where nothing was given: the field is missing, not of a wrong kind.
  const absent = requiredFields(type).find((name) => name === problem?.field && data[name] === null);
  return absent === undefined ? problem : withoutField(absent);
}

/**
 * Null when a user may set these values; otherwise the first rule broken: unknown field, field of another owner,
 * counter, schema, part of a unit (complete it first, see `completeUnits`), what JSON cannot keep, depth, size.
 */
export function validateSet(type: EntityType, data: JsonObject, options: ValidateOptions = {}): ChangeProblem | null {
  const limits = options.limits ?? defaultLimits;
  for (const name of Object.keys(data)) {
    const field = fieldOf(type, name);
    const problem =
      notWritable({ type, name, field, options }) ??
      unstorable(name, data[name], limits) ??
      misfit(name, field, data[name]);
    if (problem !== null) return problem;
  }
  return partOfUnit(type, data) ?? tooLarge(data, limits);
}

/** Null when a user may add these increments: whole numbers within ±2^53 for counters; otherwise the rule broken. */
export function validateAdd(type: EntityType, increments: Readonly<Record<string, number>>): ChangeProblem | null {
  for (const [name, amount] of Object.entries(increments)) {
    const field = fieldOf(type, name);
    if (field === undefined) return unknownField(type, name);
    if (!isCounter(field) || field.owner !== 'user') {
      return { code: 'not_writable', field: name, detail: `${name} is no counter; set its value.` };
    }
    if (!Number.isSafeInteger(amount) || Object.is(amount, -0)) {
      return { code: 'invalid_change', field: name, detail: `${name} grows by whole numbers up to ±2^53.` };
    }
  }
  return null;
}

/**
 * Null when the whole row, as it would be shown, is sound: known fields fit, required ones are there, depth and size
 * are within bounds. Fields that this version does not know may be there, as a newer server may have sent them.
 */
export function validateRow(
  type: EntityType,
  data: JsonObject,
  limits: Pick<Limits, 'depth' | 'rowBytes'> = defaultLimits,
): ChangeProblem | null {
  for (const name of Object.keys(data)) {
    const problem = unstorable(name, data[name], limits) ?? misfit(name, fieldOf(type, name), data[name]);
    if (problem !== null) return problem;
  }
  return missing(type, data) ?? tooLarge(data, limits);
}

/**
 * Null when a row of the server can be used: known fields fit their schema. Anything else about it is the server's
 * affair: unknown and absent fields, depth and size are let through. A problem puts the row into quarantine.
 */
export function validateServerRow(type: EntityType, data: JsonObject): ChangeProblem | null {
  for (const name of Object.keys(data)) {
    const problem = misfit(name, fieldOf(type, name), data[name]);
    if (problem !== null) return problem;
  }
  return null;
}

/** Null when a merged row may stand: sound as a row of the server, and no larger than a local write may make it. */
export function validateMergedRow(type: EntityType, data: JsonObject, limits = defaultLimits): ChangeProblem | null {
  return validateServerRow(type, data) ?? tooLarge(data, limits);
}

function notWritable(asked: {
  readonly type: EntityType;
  readonly name: string;
  readonly field: Field | undefined;
  readonly options: ValidateOptions;
}): ChangeProblem | null {
  const { type, name, field } = asked;
  if (field === undefined) return unknownField(type, name);
  if (isCounter(field)) {
    return { code: 'not_writable', field: name, detail: `${name} is a counter: add to it instead of setting it.` };
  }
  if (field.owner === 'user' || (field.owner === 'device' && asked.options.from !== 'wire')) return null;
  const whose = field.owner === 'server' ? 'belongs to the server' : 'never leaves the device';
  return { code: 'not_writable', field: name, detail: `${name} ${whose}.` };
}

function unknownField(type: EntityType, name: string): ChangeProblem {
  const known = Object.keys(type.fields).join(', ');
  return { code: 'invalid_change', field: name, detail: `${type.name} has no field of this name; it has ${known}.` };
}

function unstorable(name: string, value: unknown, limits: Pick<Limits, 'depth'>): ChangeProblem | null {
  // The row itself is the first level.
  const fault = jsonFault(value, limits.depth - 1);
  return fault === null ? null : { code: 'invalid_change', field: name, detail: `${name} ${fault}.` };
}

function misfit(name: string, field: Field | undefined, value: Json | undefined): ChangeProblem | null {
  if (field === undefined) return null;
  const parsed = z.safeParse(field.schema, value);
  if (parsed.success) return null;
  const issue = parsed.error.issues[0];
  return { code: 'invalid_change', field: name, detail: `${name} ${ruleWords(issue, value)}.` };
}

function tooLarge(data: JsonObject, limits: Pick<Limits, 'rowBytes'>): ChangeProblem | null {
  if (jsonBytesAtMost(data, limits.rowBytes)) return null;
  return { code: 'too_large', detail: `A row has at most ${limits.rowBytes} bytes of JSON.` };
}

function missing(type: EntityType, data: JsonObject): ChangeProblem | null {
  const name = requiredFields(type).find((field) => !Object.hasOwn(data, field));
  return name === undefined ? null : withoutField(name);
}

function withoutField(name: string): ChangeProblem {
  return { code: 'invalid_change', field: name, detail: `${name} is required.` };
}

function partOfUnit(type: EntityType, data: JsonObject): ChangeProblem | null {
  for (const [unit, { fields }] of Object.entries(type.units)) {
    const absent = fields.find((field) => !Object.hasOwn(data, field));
    if (absent === undefined || !fields.some((field) => Object.hasOwn(data, field))) continue;
    const detail = `${fields.join(', ')} form the unit ${unit} and are set together; ${absent} is absent.`;
    return { code: 'invalid_change', field: absent, detail };
  }
  return null;
}

const required = new WeakMap<EntityType, readonly string[]>();

/** Fields of the user without which a row makes no sense: no null, no initial value, no counter. Cached per type. */
export function requiredFields(type: EntityType): readonly string[] {
  const known = required.get(type);
  if (known !== undefined) return known;
  const names = Object.entries(type.fields)
    .filter(([, field]) => field.owner === 'user' && !isCounter(field) && field.initial === undefined)
    .filter(([, field]) => !z.safeParse(field.schema, null).success)
    .map(([name]) => name);
  required.set(type, names);
  return names;
}
