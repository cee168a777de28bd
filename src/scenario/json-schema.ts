import * as z from 'zod';
import { faultSchema } from '../faults/table.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Expectation, SubjectKind } from './expectations/expectation.ts';
import { expectations } from './expectations/table.ts';
import { faultFileSchema } from './fault-file.ts';
import { fixtureSchema, headerSchema } from './language/header.ts';
import { limitsSchema } from './language/limits.ts';
import { checkMap, expectationList, stepList } from './language/nested.ts';
import { count, duration } from './language/values.ts';
import { nextFaults } from './steps/faults-next.ts';
import { verbs } from './steps/table.ts';
import type { ActorKind, Verb } from './steps/verb.ts';

const actorKinds = ['device', 'server', 'network', 'clock'] as const;
/** Schemas that stand at many places: written once, and referred to. */
const shared = new Map<unknown, string>([
  [nextFaults, 'nextFaults'],
  [faultSchema, 'fault'],
  [duration, 'duration'],
  [count, 'count'],
  [limitsSchema, 'limits'],
]);
const placeholder = { type: 'string', pattern: '\\$\\{[^}]*\\}' };

/** The JSON Schema (draft 2020-12) of scenario files: what editors complete and `schema scenario` prints. */
export function scenarioJsonSchema(): JsonObject {
  const header = toJson(headerSchema, 'deviceChecks');
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A guras-sync scenario',
    ...header,
    $defs: {
      step: stepSchema(),
      expectation: expectationSchema(),
      deviceChecks: checksSchema('device'),
      serverChecks: checksSchema('server'),
      ...Object.fromEntries(actorKinds.map((kind) => [`${kind}Action`, actionSchema(kind)])),
      ...Object.fromEntries([...shared].map(([schema, name]) => [name, toJson(schema as z.ZodType, 'deviceChecks')])),
    },
  };
}

/** The JSON Schema of fixture files. */
export function fixtureJsonSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rows on the server at the start of guras-sync scenarios',
    ...toJson(fixtureSchema, 'deviceChecks'),
  };
}

/** The JSON Schema of files of faults for a server. */
export function faultsJsonSchema(): JsonObject {
  const named = [...shared].filter(([schema]) => [nextFaults, faultSchema, duration].some((one) => one === schema));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What a guras-sync server does wrong, to whom and when',
    ...toJson(faultFileSchema, 'asWritten'),
    $defs: Object.fromEntries(named.map(([schema, name]) => [name, toJson(schema as z.ZodType, 'asWritten')])),
  };
}

/**
 * A zod schema as JSON Schema, nested parts as references, and `${name}` allowed wherever it may be put in; nowhere in files
 * that are taken `asWritten`.
 */
function toJson(schema: z.ZodType, checks: 'deviceChecks' | 'serverChecks' | 'asWritten'): JsonObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const nested = nestedSchema(zodSchema, checks) ?? reference(zodSchema, schema);
      if (nested === null && checks !== 'asWritten') allowPlaceholder(jsonSchema as Record<string, unknown>);
      if (nested !== null) replace(jsonSchema as Record<string, unknown>, nested);
    },
  });
  return json as JsonObject;
}

function nestedSchema(schema: unknown, checks: string): JsonObject | null {
  if (schema === stepList) return { type: 'array', items: { $ref: '#/$defs/step' } };
  if (schema === expectationList) return { type: 'array', items: { $ref: '#/$defs/expectation' } };
  return schema === checkMap ? { $ref: `#/$defs/${checks}` } : null;
}

function reference(schema: unknown, root: z.ZodType): JsonObject | null {
  const name = schema === root ? undefined : shared.get(schema);
  return name === undefined ? null : { $ref: `#/$defs/${name}` };
}

function replace(json: Record<string, unknown>, by: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, by);
}

/** Numbers, truth values and patterned texts may come from a parameter; plain texts hold one anyway. */
function allowPlaceholder(json: Record<string, unknown>): void {
  const isClosed = json.enum !== undefined || json.const !== undefined || json.pattern !== undefined;
  const isPlain = json.type === 'integer' || json.type === 'number' || json.type === 'boolean';
  if (!isPlain && !(json.type === 'string' && isClosed)) return;
  const { description, ...rest } = json;
  replace(json, { ...(description === undefined ? {} : { description }), anyOf: [rest, placeholder] });
}

function stepSchema(): JsonObject {
  const actors = actorKinds.slice(1).map((kind) => actorStep(kind, { [kind]: { $ref: `#/$defs/${kind}Action` } }));
  const device = { $ref: '#/$defs/deviceAction' };
  const reserved = [...actorKinds.slice(1), ...storyVerbs().map(({ name }) => name)];
  return {
    anyOf: [
      ...storyVerbs().map(verbSchema),
      ...actors,
      {
        type: 'object',
        description: 'a device, or all',
        properties: { all: device },
        propertyNames: { pattern: `^(?!(${reserved.join('|')})$)` },
        additionalProperties: device,
        minProperties: 1,
        maxProperties: 1,
      },
    ],
  };
}

function actorStep(kind: string, properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: [kind], additionalProperties: false };
}

function storyVerbs(): readonly Verb[] {
  return verbs.filter(({ actors }) => actors.includes('story'));
}

function actionSchema(kind: ActorKind): JsonObject {
  const own = verbs.filter(({ actors }) => actors.includes(kind));
  const subject: SubjectKind = kind === 'server' ? 'server' : 'device';
  const bareChecks = kind === 'device' || kind === 'server' ? bareExpectations(subject) : [];
  const bare = [...own.filter((verb) => verb.bare !== undefined).map(({ name }) => name), ...bareChecks];
  const words: readonly Json[] = bare.length === 0 ? [] : [{ enum: bare }];
  return { anyOf: [...words, ...own.map((verb) => verbSchema(verb, `${subject}Checks`))] };
}

function verbSchema(verb: Verb, checks: string | number = 'deviceChecks'): JsonObject {
  const json = toJson(verb.schema, checks === 'serverChecks' ? 'serverChecks' : 'deviceChecks');
  const when = { description: 'whether the step is played', anyOf: [{ type: 'boolean' }, placeholder] };
  const properties = { ...(json.properties as JsonObject), when };
  return { ...json, description: verb.about, properties };
}

function bareExpectations(subject: SubjectKind): readonly string[] {
  return expectations
    .filter(({ bare, subjects }) => bare !== undefined && subjects.includes(subject))
    .map(({ name }) => name);
}

function expectationSchema(): JsonObject {
  const device = { $ref: '#/$defs/deviceChecks' };
  return {
    type: 'object',
    description: 'a device, all, or server, and what is expected of it',
    properties: { all: device, server: { $ref: '#/$defs/serverChecks' } },
    additionalProperties: device,
    minProperties: 1,
    maxProperties: 1,
  };
}

function checksSchema(subject: SubjectKind): JsonObject {
  const own = expectations.filter(({ name, subjects }) => name !== 'row' && subjects.includes(subject));
  const properties = Object.fromEntries(own.map((expectation) => [expectation.name, checkSchema(expectation)]));
  const row: JsonObject = {
    description: 'a row: its fields, or absent',
    anyOf: [{ type: 'object' }, { const: 'absent' }, { type: 'null' }],
  };
  const mapping = {
    type: 'object',
    minProperties: 1,
    properties,
    patternProperties: { '/': row },
    additionalProperties: false,
  };
  return {
    anyOf: [{ enum: bareExpectations(subject) }, mapping].filter((one) => !('enum' in one) || one.enum.length > 0),
  };
}

function checkSchema(expectation: Expectation): JsonObject {
  return { ...toJson(expectation.schema, 'deviceChecks'), description: expectation.about };
}
