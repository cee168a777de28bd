import * as z from 'zod/mini';
import { checkRules } from '../core/merge/rules/table.ts';
import type { Clash, Field, Ruling } from '../core/model/field.ts';
import { type DeletePolicy, type EntityType, makeRegistry, type Registry } from '../core/model/registry.ts';
import type { ChangeContent } from '../core/model/upgrade.ts';

/** The steps of the `forward` type, first to last. */
export const steps = ['sown', 'sprouted', 'grown', 'harvested'] as const;

/**
 * Data made to try the engine: one type per merge policy (named after it), then one per trait: unit, references, natural key,
 * delete policies, singleton, catalogue, required and server-owned fields. Fields are wide enough for unique tokens.
 */
export const policyRegistry: Registry = checkRules(
  makeRegistry({ schemaVersion: 2, types: types(), rules: { longest }, upgrades: [{ to: 2, change: gradeOfMark }] }),
);

/**
 * The same data as the app before knew it: without the type `custom`, without the field `other` of `latest`, with grades up
 * to 3 only, and with a text `mark` where `strict` has come to have the number `grade`.
 */
export const olderPolicyRegistry: Registry = checkRules(
  makeRegistry({ schemaVersion: 1, types: types().flatMap(asBefore), rules: { longest } }),
);

function asBefore(type: EntityType): readonly EntityType[] {
  if (type.name === 'custom') return [];
  const { other: _other, ...plain } = type.fields;
  if (type.name === 'latest') return [{ ...type, fields: plain }];
  if (type.name !== 'strict') return [type];
  const grade = { ...amount('latest'), schema: z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(3))) };
  return [{ ...type, fields: { ...type.fields, grade, mark: token('latest') } }];
}

/** A `mark` was the grade as a text. One that is no grade has no place any more. */
function gradeOfMark(content: ChangeContent): ChangeContent | null {
  const { mark, ...data } = content.data ?? {};
  if (content.entityType !== 'strict' || mark === undefined) return content;
  if (mark === null) return { ...content, data: { ...data, grade: null } };
  const grade = typeof mark === 'string' && /^[1-5]$/.test(mark) ? Number.parseInt(mark, 10) : null;
  return grade === null ? null : { ...content, data: { ...data, grade } };
}

/** The rule of the type `custom`: the longer text wins, of two equally long ones the greater. Symmetric. */
function longest({ local, server }: Clash): Ruling {
  if (typeof local !== 'string') return { take: 'server' };
  if (typeof server !== 'string') return { take: 'local' };
  if (local.length !== server.length) return { take: local.length > server.length ? 'local' : 'server' };
  return { take: local > server ? 'local' : 'server' };
}

function types(): readonly EntityType[] {
  return [...policyTypes(), ...deleteTypes(), ...traitTypes()];
}

function policyTypes(): readonly EntityType[] {
  return [
    entity('latest', { value: token('latest') }),
    entity('server', { value: token('server') }),
    entity('local', { value: token('local') }),
    entity('max', { value: amount('max') }),
    entity('min', { value: amount('min') }),
    entity('forward', { value: { ...token('forward'), order: steps } }),
    entity('set', { value: { ...tokens(), initial: [] } }),
    entity('counter', { value: { ...amount('counter'), schema: z.number().check(z.int()), initial: 0 } }),
    entity('ask', { value: token('ask') }),
    entity('custom', { value: token('longest') }),
    entity('unit', { from: token('latest'), to: token('latest'), length: amount('latest') }, (type) => ({
      ...type,
      units: { span: { fields: ['from', 'to', 'length'], merge: 'latest' } },
    })),
    entity('unitAsk', { from: token('ask'), to: token('ask') }, (type) => ({
      ...type,
      units: { span: { fields: ['from', 'to'], merge: 'ask' } },
    })),
  ];
}

function deleteTypes(): readonly EntityType[] {
  const policies: readonly (readonly [string, DeletePolicy])[] = [
    ['deleteWins', 'delete-wins'],
    ['editWins', 'edit-wins'],
    ['deleteAsk', 'ask'],
  ];
  return policies.map(([name, onDelete]) =>
    entity(name, { value: token('latest') }, (type) => ({ ...type, onDelete })),
  );
}

function traitTypes(): readonly EntityType[] {
  return [
    entity(
      'keyed',
      { key: token('server'), value: token('latest'), members: { ...tokens(), initial: [] } },
      (type) => ({
        ...type,
        naturalKey: ['key'],
      }),
    ),
    entity('child', { parentId: token('latest'), value: token('latest') }, (type) => ({
      ...type,
      references: [{ field: 'parentId', entityType: 'keyed' }],
    })),
    entity('grandchild', { parentId: token('latest'), value: token('latest') }, (type) => ({
      ...type,
      references: [{ field: 'parentId', entityType: 'child' }],
    })),
    entity('single', { value: token('latest'), total: { ...amount('counter'), initial: 0 } }, (type) => ({
      ...type,
      singleton: 'me',
    })),
    entity(
      'catalogued',
      {
        title: { ...token('server'), owner: 'server' },
        counted: { ...amount('server'), owner: 'server' },
        value: token('latest'),
      },
      (type) => ({ ...type, catalogue: true }),
    ),
    entity('strict', {
      need: { ...token('latest'), schema: z.string().check(z.minLength(1)) },
      grade: { ...amount('latest'), schema: z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(5))) },
      few: { ...tokens(), schema: z.array(z.string()).check(z.maxLength(3)), initial: [] },
      path: { ...token('latest'), owner: 'device' },
      rank: { ...amount('server'), owner: 'server' },
      extra: { schema: z.nullable(z.unknown()) as unknown as Field['schema'], owner: 'user', merge: 'latest' },
    }),
  ];
}

function entity(
  name: string,
  fields: Readonly<Record<string, Field>>,
  also: (type: EntityType) => EntityType = (type) => type,
): EntityType {
  return also({
    name,
    about: `Tests ${name}.`,
    // A second field of every type shows that another field of the same row is left alone.
    fields: { ...fields, other: token('latest') },
    units: {},
    references: [],
    naturalKey: [],
    onDelete: 'delete-wins',
    catalogue: false,
    singleton: null,
  });
}

function token(merge: string): Field {
  return { schema: z.nullable(z.string()), owner: 'user', merge };
}

function amount(merge: string): Field {
  return { schema: z.nullable(z.number()), owner: 'user', merge };
}

function tokens(): Field {
  return { schema: z.nullable(z.array(z.string())), owner: 'user', merge: 'set' };
}
