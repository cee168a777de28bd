import * as z from 'zod';
import { keyText } from '../../core/ids.ts';
import type { Conflict } from '../../core/merge/conflict.ts';
import { type Json, sameJson } from '../../lib/json.ts';
import { count, formatCount, isWithin, rowKey } from '../language/values.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';
import { judgeRunning, shown, usersOf } from './running.ts';

const json = z.custom<Json>(() => true);
const one = z.strictObject({
  row: rowKey,
  kind: z.enum(['fields', 'delete', 'invalid']).optional(),
  fields: z.array(z.string()).optional(),
  mine: z.record(z.string(), json).optional(),
  theirs: z.record(z.string(), json).optional(),
});
const schema = z.union([
  count.transform((bounds) => ({ count: bounds })),
  z.array(one).transform((list) => ({ list })),
]);

/** Open conflicts of a device: how many, or exactly these; on the server: verdicts `conflict` that were stored. */
export const conflicts = defineExpectation(schema, {
  name: 'conflicts',
  about:
    'On a device: how many conflicts are open, or the list of exactly those, each with its row and, where named, kind, fields, mine and theirs. On the server: how many `conflict` verdicts were stored.',
  subjects: ['device', 'server'],
  example:
    'tablet: { conflicts: [ { row: meditation/s1, fields: [notes], mine: { notes: calm }, theirs: { notes: busy } } ] }',
  needs: (_, subject) => (subject === 'server' ? ['read-server'] : []),
  mentions: (wanted) => ({ rows: 'list' in wanted ? wanted.list.map(({ row }) => row) : [] }),
  tell: (wanted) =>
    `conflicts are ${'list' in wanted ? wanted.list.map(({ row }) => keyText(row)).join(', ') : formatCount(wanted.count)}`,
  judge: async (wanted, subject, { stage }) => {
    if (subject.kind !== 'server') {
      return judgeRunning(subject, async (engine) => {
        const open = await engine.conflicts();
        return 'list' in wanted ? compareAll(wanted.list, open) : compareCount(wanted.count, open.length);
      });
    }
    const verdicts = await Promise.all(usersOf(stage.devices.values()).map((user) => stage.server.verdicts(user)));
    const total = verdicts.reduce((sum, { conflict }) => sum + conflict, 0);
    return compareCount('list' in wanted ? { min: wanted.list.length, max: wanted.list.length } : wanted.count, total);
  },
});

function compareCount(wanted: z.output<typeof count>, actual: number): readonly Finding[] {
  return isWithin(actual, wanted) ? [] : [differs('conflicts', String(actual), formatCount(wanted))];
}

function compareAll(wanted: readonly z.output<typeof one>[], open: readonly Conflict[]): readonly Finding[] {
  const missing = wanted.flatMap((each) => compareOne(each, open));
  const named = new Set(wanted.map(({ row }) => keyText(row)));
  const surplus = open.filter((conflict) => !named.has(keyText(conflict)));
  const extra = surplus.map((conflict) => ({
    text: `has a conflict on ${keyText(conflict)}, which should not be`,
    actual: 'open',
    expected: 'none',
    row: rowOf(conflict),
  }));
  return [...missing, ...extra];
}

function rowOf({ entityType, entityId }: Conflict): { readonly entityType: string; readonly entityId: string } {
  return { entityType, entityId };
}

function compareOne(wanted: z.output<typeof one>, open: readonly Conflict[]): readonly Finding[] {
  const name = keyText(wanted.row);
  const found = open.find((conflict) => keyText(conflict) === name);
  if (found === undefined)
    return [{ text: `has no open conflict on ${name}`, actual: 'none', expected: 'open', row: wanted.row }];
  const pairs: [string, unknown, unknown][] = [
    ['kind', wanted.kind, found.kind],
    ['fields', wanted.fields, found.fields.map((field) => field.name)],
    ['mine', wanted.mine, sideOf(found, 'mine')],
    ['theirs', wanted.theirs, sideOf(found, 'theirs')],
  ];
  return pairs
    .filter(([, expected, actual]) => expected !== undefined && !sameJson(expected as Json, actual as Json))
    .map(([what, expected, actual]) => ({
      ...differs(`conflict on ${name} with ${what}`, shown(actual), shown(expected)),
      row: wanted.row,
    }));
}

function sideOf({ fields }: Conflict, side: 'mine' | 'theirs'): Record<string, Json> {
  return Object.fromEntries(fields.map((field) => [field.name, field[side]]));
}
