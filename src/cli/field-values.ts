import type { Field } from '../core/model/field.ts';
import { type EntityType, fieldOf, isCounter, type Registry } from '../core/model/registry.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';

/** The entity type of this name; a usage error that suggests one otherwise. */
export function entityTypeNamed(registry: Registry, name: string): EntityType {
  const type = registry.types.get(name);
  if (type !== undefined) return type;
  throw usageError(`there is no entity type "${name}"`, suggestWord(name, [...registry.types.keys()]));
}

/**
 * Values of `field=value` texts. A value is taken as JSON where the field takes it so (`rating=5`, `liked=true`), else as
 * the text it is (`notes=7`). Unknown fields and texts without `=` are usage errors.
 */
export function fieldValues(type: EntityType, pairs: readonly string[]): JsonObject {
  return Object.fromEntries(pairs.map((pair) => namedValue(type, pair)));
}

function namedValue(type: EntityType, pair: string): readonly [string, Json] {
  const { name, text } = split(pair);
  return [name, valueFor(knownField(type, name), text)];
}

/** Values of `counter=number` texts: what to add to each counter. */
export function fieldIncrements(type: EntityType, pairs: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const { name, text } = split(pair);
      const amount = Number(text);
      const counters = Object.keys(type.fields).filter((field) => isCounter(fieldOf(type, field)));
      if (!isCounter(knownField(type, name))) {
        const remedy = counters.length === 0 ? `${type.name} has none; use --set` : `counters: ${counters.join(', ')}`;
        throw usageError(`${name} is no counter of ${type.name}`, remedy);
      }
      if (text.trim() === '' || !Number.isSafeInteger(amount)) {
        throw usageError(`--add ${pair}: "${text}" is not a whole number`, `write --add ${name}=1`);
      }
      return [name, amount];
    }),
  );
}

function knownField(type: EntityType, name: string): Field {
  const field = fieldOf(type, name);
  if (field !== undefined) return field;
  throw usageError(`${type.name} has no field "${name}"`, suggestWord(name, Object.keys(type.fields)));
}

function split(pair: string): { readonly name: string; readonly text: string } {
  const at = pair.indexOf('=');
  if (at < 1) throw usageError(`"${pair}" is not of the form field=value`, 'write for example rating=5');
  return { name: pair.slice(0, at), text: pair.slice(at + 1) };
}

function valueFor(field: Field, text: string): Json {
  const asJson = parsed(text);
  if (asJson === undefined || field.schema.safeParse(asJson).success) return asJson ?? (asJson === null ? null : text);
  // Neither fits: the engine refuses what was most likely meant, and names the rule.
  return field.schema.safeParse(text).success ? text : asJson;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const dataRemedy = `write for example --data '{"rating":5}', or --data - for standard input`;

/** The object in a text of JSON. `place`: how the user named it, `--data`. */
export function objectIn(text: string, place: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(`${place} is not JSON: ${error instanceof Error ? error.message : String(error)}`, dataRemedy);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw usageError(`${place} is JSON, but not an object of field values`, dataRemedy);
}
