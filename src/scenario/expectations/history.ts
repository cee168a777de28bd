import * as z from 'zod';
import { type Json, type JsonObject, sameJson } from '../../lib/json.ts';
import type { StageVersion } from '../../stage/server.ts';
import { count, fieldValues, formatCount, isWithin, splitRow } from '../language/values.ts';
import type { Scene } from '../scene.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';
import { shown, usersOf } from './running.ts';

const wantedSchema = z.strictObject({
  versions: count.optional(),
  held: fieldValues.optional().meta({ description: 'values that one version held together' }),
  lost: fieldValues.optional().meta({ description: 'values that are kept as lost, each in some version' }),
  kept: fieldValues.optional().meta({ description: 'values that can be recovered: each held or lost in some version' }),
});
type Wanted = z.output<typeof wantedSchema>;

const rowName = z.string().regex(/^[^/]+\/.+$/s, { error: 'a row is written type/id, like meditation/s1' });

/** What the server's history keeps of a row: its versions, what they held, and what merges lost. */
export const history = defineExpectation(z.record(rowName, wantedSchema), {
  name: 'history',
  about:
    "What the server's history keeps of rows, also of deleted ones: how many `versions`, values that one version `held` together, values kept as `lost` by a merge or a decision, and values `kept` either way.",
  subjects: ['server'],
  example:
    'server: { history: { meditation/s1: { versions: { min: 2 }, held: { notes: calm }, lost: { rating: 5 } } } }',
  needs: () => ['read-server'],
  mentions: (rows) => ({
    rows: Object.keys(rows).map(splitRow),
    fields: Object.entries(rows).map(([name, { held, lost, kept }]) => ({
      entityType: splitRow(name).entityType,
      names: Object.keys({ ...held, ...lost, ...kept }),
    })),
  }),
  tell: (rows) =>
    Object.entries(rows)
      .map(([name, wanted]) => `history of ${name} is ${tellWanted(wanted)}`)
      .join(', '),
  judge: async (rows, _, scene) => {
    const found = Object.entries(rows).map(async ([name, wanted]) =>
      judgeOne(name, wanted, await versionsOf(name, scene)),
    );
    return (await Promise.all(found)).flat();
  },
});

function tellWanted({ versions, held, lost, kept }: Wanted): string {
  const parts = [
    ...(versions === undefined ? [] : [`${formatCount(versions)} versions`]),
    ...(held === undefined ? [] : [`with ${shown(held)}`]),
    ...(lost === undefined ? [] : [`with ${shown(lost)} lost`]),
    ...(kept === undefined ? [] : [`with ${shown(kept)} held or lost`]),
  ];
  return parts.join(', ');
}

/** The versions of the only user's row, or of whichever user has it. */
async function versionsOf(name: string, { stage }: Scene): Promise<readonly StageVersion[]> {
  for (const user of usersOf(stage.devices.values())) {
    const found = await stage.server.history(user, splitRow(name));
    if (found.length > 0) return found;
  }
  return [];
}

function judgeOne(name: string, wanted: Wanted, found: readonly StageVersion[]): readonly Finding[] {
  const row = splitRow(name);
  const { versions, held, lost, kept } = wanted;
  const isHeld = (values: JsonObject): boolean => found.some(({ data }) => has(data, values));
  const isLost = (values: JsonObject): boolean => found.some((version) => has(version.lost, values));
  const findings: Finding[] = [];
  if (versions !== undefined && !isWithin(found.length, versions)) {
    findings.push({ ...differs(`versions of ${name}`, String(found.length), formatCount(versions)), row });
  }
  if (held !== undefined && !isHeld(held)) findings.push({ ...missing(`version of ${name} with`, held), row });
  for (const one of eachOf(lost)) if (!isLost(one)) findings.push({ ...missing(`lost value of ${name}`, one), row });
  for (const one of eachOf(kept)) {
    if (!isLost(one) && !isHeld(one)) findings.push({ ...missing(`held or lost value of ${name}`, one), row });
  }
  return findings;
}

function eachOf(values: JsonObject | undefined): readonly JsonObject[] {
  return Object.entries(values ?? {}).map(([name, value]) => ({ [name]: value }));
}

function missing(what: string, wanted: JsonObject): Finding {
  return { text: `has no ${what} ${shown(wanted)}`, actual: 'none', expected: shown(wanted) };
}

function has(values: JsonObject | null, wanted: JsonObject): boolean {
  if (values === null) return false;
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(values, name) && sameJson(values[name] as Json, value),
  );
}
