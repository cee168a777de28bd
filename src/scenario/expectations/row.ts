import * as z from 'zod';
import type { EntityKey } from '../../core/ids.ts';
import { type Json, type JsonObject, sameJson } from '../../lib/json.ts';
import type { Scene } from '../scene.ts';
import { defineExpectation, type Finding } from './expectation.ts';
import { judgeRunning, shown, usersOf } from './running.ts';

const schema = z.strictObject({
  entityType: z.string(),
  entityId: z.string(),
  /** Null: the row must not be there. */
  fields: z
    .record(
      z.string(),
      z.custom<Json>(() => true),
      { error: 'a row is { field: value }, or absent' },
    )
    .nullable(),
});

const metaNames = ['isDirty', 'syncStatus', 'retryCount', 'version'] as const;

/** A row, by its key: named fields have these values, whatever the others have; `absent` means not there or deleted. */
export const row = defineExpectation(schema, {
  name: 'row',
  about:
    'The row has these fields; fields not named may have any value, and null means unset. `absent`: it is not there or deleted. On a device `$syncStatus`, `$isDirty`, `$retryCount` and `$version` speak of the row itself.',
  subjects: ['device', 'server'],
  example: 'all: { meditation/s1: { notes: calm, rating: 5 }, meditation/s2: absent }',
  needs: (_, subject) => (subject === 'server' ? ['read-server'] : []),
  mentions: ({ entityType, entityId, fields }) => ({
    rows: [{ entityType, entityId }],
    fields: [{ entityType, names: Object.keys(fields ?? {}).filter((name) => !isMeta(name)) }],
  }),
  tell: ({ entityType, entityId, fields }) =>
    `${entityType}/${entityId} is ${fields === null ? 'absent' : shown(fields)}`,
  judge: async (args, subject, scene) => {
    if (subject.kind === 'server') return compare(args, args.fields, await serverRow(args, scene));
    return judgeRunning(subject, async (engine) => {
      const found = await engine.get(args.entityType, args.entityId);
      return compare(args, args.fields, found === null ? null : { ...found.data, ...metaOf({ ...found }) });
    });
  },
});

function isMeta(name: string): boolean {
  return metaNames.some((meta) => name === `$${meta}`);
}

function metaOf(found: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(metaNames.map((name) => [`$${name}`, found[name] as Json]));
}

/** The row of the only user, or of whichever user has it: ids are unique enough in a story. */
async function serverRow(key: EntityKey, { stage }: Scene): Promise<JsonObject | null> {
  for (const user of usersOf(stage.devices.values())) {
    const found = await stage.server.row(user, key);
    if (found !== null) return { ...found.data, $version: found.version };
  }
  return null;
}

function compare(key: EntityKey, expected: JsonObject | null, actual: JsonObject | null): readonly Finding[] {
  const name = `${key.entityType}/${key.entityId}`;
  const about = { row: { entityType: key.entityType, entityId: key.entityId } };
  if (expected === null) {
    if (actual === null) return [];
    return [
      {
        text: `has ${name} ${shown(actual)}, which should be absent`,
        actual: shown(actual),
        expected: 'absent',
        ...about,
      },
    ];
  }
  if (actual === null) return [{ text: `has no ${name}`, actual: 'absent', expected: shown(expected), ...about }];
  return Object.entries(expected).flatMap(([field, wanted]) => {
    const value = (Object.hasOwn(actual, field) ? actual[field] : null) as Json;
    if (sameJson(value, wanted)) return [];
    const text = `has ${name} ${field} ${shown(value)}, not ${shown(wanted)}`;
    return [{ text, actual: shown(value), expected: shown(wanted), ...about }];
  });
}
