import type { Draws } from './draws.ts';
import { hostileTexts, hostileValue } from './hostile-values.ts';

/** As much of JSON Schema as the OpenAPI document uses. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly maxLength?: number;
}

/** Texts that let a request pass its first checks, so that it gets further in. */
const likely: Readonly<Record<string, readonly unknown[]>> = {
  deviceId: ['phone', 'tablet', 'victim-phone'],
  registered: [false, false, true],
  incarnation: ['life-1'],
  previousIncarnations: [[], ['life-0']],
  entityType: ['meditation', 'quotes', 'quoteComments', 'preferences', 'meditationStats', 'nothing'],
  entityId: ['s1', 's2', 'victim-1', 'q1'],
  epoch: [null, null, 'e'],
  baseVersion: [null, 0, 1, 5],
  againstVersion: [0, 1, 5],
  increments: [{}, { totalSessions: 1 }],
  data: [{ notes: 'calm' }, { sessionId: 's', rating: 5 }, null],
  stamps: [{}, { notes: '1800000000000-0000-phone' }],
};

/** A value of a schema; here and there one that breaks it, at any depth. */
export function valueOf(schema: Schema, draws: Draws, name = ''): unknown {
  if (draws.oneIn(14)) return hostileValue(draws);
  const known = Object.hasOwn(likely, name) ? likely[name] : undefined;
  if (known !== undefined && !draws.oneIn(3)) return draws.pick(known);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return draws.pick(schema.enum);
  if (schema.anyOf !== undefined) return valueOf(draws.pick(schema.anyOf), draws, name);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, draws);
    case 'array':
      return Array.from({ length: draws.pick([0, 1, 1, 2, 5]) }, () => valueOf(schema.items ?? {}, draws, name));
    case 'string':
      return schema.pattern?.includes('\\d{13}') ? '1800000000000-0000-phone' : textOfType(draws, name);
    case 'integer':
    case 'number':
      return draws.pick([0, 1, 2, 7, 1_800_000_000_000]);
    case 'boolean':
      return draws.oneIn(2);
    case 'null':
      return null;
    default:
      return hostileValue(draws);
  }
}

function textOfType(draws: Draws, name: string): string {
  return draws.oneIn(3) ? draws.pick(hostileTexts) : `${name}-${draws.below(50)}`;
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, draws: Draws): object {
  const members: [string, unknown][] = [];
  for (const [name, schema] of Object.entries(properties)) {
    if (required.includes(name) ? draws.oneIn(30) : draws.oneIn(2)) continue;
    members.push([name, valueOf(schema, draws, name)]);
  }
  if (typeof additionalProperties === 'object' || draws.oneIn(20)) {
    const inner = typeof additionalProperties === 'object' ? additionalProperties : {};
    members.push([draws.pick(hostileTexts), valueOf(inner, draws)]);
  }
  return Object.fromEntries(members);
}
