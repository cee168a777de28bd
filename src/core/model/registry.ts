import { assert, present } from '../../lib/assert.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Field, MergeRule, Unit } from './field.ts';
import type { Upgrade } from './upgrade.ts';

/** A field that names a row of another type. */
export interface Reference {
  readonly field: string;
  readonly entityType: string;
}

/** What happens when a delete meets an edit: the delete wins, the edit wins, or a person is asked. */
export type DeletePolicy = 'delete-wins' | 'edit-wins' | 'ask';

/** Everything the engine and the server know about one kind of data. */
export interface EntityType {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  readonly fields: Readonly<Record<string, Field>>;
  readonly units: Readonly<Record<string, Unit>>;
  readonly references: readonly Reference[];
  /** Fields that together name a live row once per user; empty when only the id names it. */
  readonly naturalKey: readonly string[];
  readonly onDelete: DeletePolicy;
  /** Whether rows come from the shared catalogue with a part of the user's own beside it. */
  readonly catalogue: boolean;
  /** The id when a user has exactly one row of the type; null otherwise. */
  readonly singleton: string | null;
}

/** All entity types of a project and the merge rules of its own, in a fixed order. */
export interface Registry {
  /** Number of the data's shape, sent with every call. */
  readonly schemaVersion: number;
  readonly types: ReadonlyMap<string, EntityType>;
  /** Rules beside the built-in ones, by name. */
  readonly rules: Readonly<Record<string, MergeRule>>;
  /** How changes of older versions of the data are said in this one, oldest first. */
  readonly upgrades: readonly Upgrade[];
}

/** Gives a registry after checking that units, references and natural keys name what exists. Throws BugError otherwise. */
export function makeRegistry(options: {
  readonly schemaVersion: number;
  readonly types: readonly EntityType[];
  readonly rules?: Readonly<Record<string, MergeRule>>;
  readonly upgrades?: readonly Upgrade[];
}): Registry {
  const types = new Map(options.types.map((type) => [type.name, type]));
  assert(types.size === options.types.length, 'entity types have different names');
  for (const type of options.types) checkType(type, types);
  const { schemaVersion, rules = {}, upgrades = [] } = options;
  const versions = upgrades.map(({ to }) => to);
  assert(
    versions.every((to, at) => to > (versions[at - 1] ?? 0) && to <= schemaVersion),
    'upgrades rise up to the version of the data',
  );
  return { schemaVersion, types, rules, upgrades };
}

function checkType(type: EntityType, types: ReadonlyMap<string, EntityType>): void {
  const named = [
    ...Object.values(type.units).flatMap((unit) => unit.fields),
    ...type.references.map((reference) => reference.field),
    ...type.naturalKey,
  ];
  for (const field of named) assert(Object.hasOwn(type.fields, field), `${type.name} declares the field ${field}`);
  for (const { entityType } of type.references) assert(types.has(entityType), `${entityType} is declared`);
}

/** The declared type. Throws BugError for a name the registry does not hold: borders check first. */
export function typeNamed(registry: Registry, name: string): EntityType {
  return present(registry.types.get(name), `entity type ${name} is declared`);
}

/** The declared field, or undefined for a field this version does not know. Safe for names like `__proto__`. */
export function fieldOf(type: EntityType, name: string): Field | undefined {
  return Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
}

const referredTo = new WeakMap<Registry, ReadonlySet<string>>();

/** Whether rows of other types may refer to rows of this one. */
export function isReferredTo(registry: Registry, type: EntityType): boolean {
  let names = referredTo.get(registry);
  if (names === undefined) {
    names = new Set(
      [...registry.types.values()].flatMap(({ references }) => references.map(({ entityType }) => entityType)),
    );
    referredTo.set(registry, names);
  }
  return names.has(type.name);
}

/** Whether a field is a counter: it travels as increments and is never written as a value. */
export function isCounter(field: Field | undefined): boolean {
  return field?.merge === 'counter';
}

/** Names of the fields a user's change may set as values: owned by the user and no counters. */
export function settableFields(type: EntityType): readonly string[] {
  return Object.keys(type.fields).filter((name) => {
    const field = type.fields[name];
    return field?.owner === 'user' && !isCounter(field);
  });
}

/** The name of the unit a field belongs to, or null when it merges alone. */
export function unitOf(type: EntityType, field: string): string | null {
  const entry = Object.entries(type.units).find(([, unit]) => unit.fields.includes(field));
  return entry?.[0] ?? null;
}

/** Value of a field as merges see it: absent means the field's initial value, or null without one. */
export function fieldValue(type: EntityType, data: JsonObject | null, name: string): Json {
  if (data !== null && Object.hasOwn(data, name)) return data[name] as Json;
  return fieldOf(type, name)?.initial ?? null;
}

/** The natural key of a row as one text, or null when the type has none or a part of it is missing. */
export function naturalKeyOf(type: EntityType, data: JsonObject | null): string | null {
  if (type.naturalKey.length === 0 || data === null) return null;
  const parts = type.naturalKey.map((name) => fieldValue(type, data, name));
  return parts.includes(null) ? null : JSON.stringify(parts);
}
