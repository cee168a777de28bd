import type { Json, JsonObject } from '../../lib/json.ts';
import { withSteps } from './cut-steps.ts';
import { isWait } from './pace.ts';
import type { Attempt, Search } from './search.ts';
import { rowsNamed } from './signature.ts';
import { devicesIn, devicesOf, isJudgedAtRest, isSettle, rowsOf, stepsOf } from './story-parts.ts';

/** Why each line of a story is needed, in words. */
export interface Reasons {
  readonly steps: readonly string[];
  readonly devices: Readonly<Record<string, string>>;
}

/** Says of each step and device what comes of the story without it. */
export async function explain(search: Search): Promise<Reasons> {
  const { best } = search;
  const steps: string[] = [];
  for (const [at, step] of stepsOf(best).entries()) {
    const fewer = stepsOf(best).filter((_, index) => index !== at);
    const isLast = at === stepsOf(best).length - 1;
    if (isLast && isSettle(step) && isJudgedAtRest(best)) steps.push('here everything has come to rest, and is judged');
    else steps.push(await reasonOf(search, step, fewer));
  }
  const devices: Record<string, string> = {};
  for (const name of Object.keys(devicesOf(best))) devices[name] = await reasonOfDevice(search, name);
  return { steps, devices };
}

async function reasonOf(search: Search, step: Json, fewer: readonly Json[]): Promise<string> {
  const attempt = await search.attempt(withSteps(search.best, fewer));
  const isSpare = attempt !== undefined && attempt !== null && search.isSame(attempt);
  if (isSpare && isWait(step)) return 'lets the requests go out where they take real time';
  return `${aboutRow(search, step)}${told(search, attempt)}`;
}

function aboutRow({ sentences }: Search, step: Json): string {
  const named = rowsNamed(sentences);
  const row = rowsOf(step).find((one) => named.includes(one));
  return row === undefined ? '' : `writes ${row}, which fails; `;
}

async function reasonOfDevice(search: Search, name: string): Promise<string> {
  const { [name]: _gone, ...devices } = devicesOf(search.best);
  if (Object.keys(devices).length === 0) return 'a story needs a device';
  const steps = stepsOf(search.best).filter((step) => !devicesIn(step).includes(name));
  const rest: JsonObject = { ...withSteps(search.best, steps), devices };
  return told(search, await search.attempt(rest));
}

function told(search: Search, attempt: Attempt | null | undefined): string {
  if (attempt === undefined) return 'the search ended before it was tried without it';
  if (attempt === null) return 'without it this is no story';
  if (attempt.claims.length === 0) return 'without it all holds';
  if (!search.isSame(attempt)) return `without it something else fails: ${attempt.claims.join(', ')}`;
  return 'it fails without it too; the search ended here';
}
