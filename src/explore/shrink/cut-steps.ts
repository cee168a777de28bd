import type { Json, JsonObject } from '../../lib/json.ts';
import type { Search } from './search.ts';
import { rowsNamed } from './signature.ts';
import { devicesIn, devicesOf, isJudgedAtRest, isSettle, partsOf, rowsOf, stepsOf } from './story-parts.ts';

/** The least beginning of a story that is tried, in steps. */
const leastBeginning = 4;

/** Ends the story earlier: short beginnings first, each twice as long as the one before. */
export async function cutShort(search: Search): Promise<void> {
  const steps = stepsOf(search.best);
  const rest = isJudgedAtRest(search.best) ? steps.filter(isSettle).slice(0, 1) : [];
  for (let length = leastBeginning; length < steps.length; length *= 2) {
    const beginning = steps.slice(0, length).filter((step) => !isSettle(step));
    if (await search.accepts(withSteps(search.best, [...beginning, ...rest]))) return;
  }
}

/**
 * Causal slice: of all writes only those to the rows that the failure names, then only those that happen on devices
 * which write them, with and without the disturbances of everything else.
 */
export async function slice(search: Search): Promise<void> {
  const rows = rowsNamed(search.sentences);
  const sets = [...rows.map((row) => [row]), ...(rows.length > 1 ? [rows] : [])];
  for (const named of sets) {
    const touching = stepsOf(search.best).filter((step) => touches(step, named));
    const devices = new Set(touching.flatMap(devicesIn));
    const isNear = (step: Json): boolean =>
      devicesIn(step).every((name) => !isDevice(search.best, name) || devices.has(name));
    for (const keep of [
      (step: Json) => touches(step, named) || isSettle(step),
      (step: Json) => (rowsOf(step).length === 0 ? isNear(step) : touches(step, named)),
      (step: Json) => rowsOf(step).length === 0 || touches(step, named),
    ])
      if (await search.accepts(withSteps(search.best, stepsOf(search.best).filter(keep)))) return;
  }
}

/** Whether a step writes one of the rows. Rows of a type with a natural key are named by that key: `keyed/"r1"`. */
function touches(step: Json, rows: readonly string[]): boolean {
  return rowsOf(step).some((row) => rows.some((named) => row === named || row.startsWith(`${named}-`)));
}

function isDevice(story: JsonObject, name: string): boolean {
  return Object.hasOwn(devicesOf(story), name);
}

/** Takes out all steps of one kind at once: all that only disturbs, all faults, then every fault of a sort, every pause, every kill. */
export async function fewerKinds(search: Search): Promise<void> {
  const isFault = (step: Json): boolean => partsOf(step).verb === 'next';
  const isWrite = (step: Json): boolean => rowsOf(step).length > 0 || isSettle(step);
  for (const keep of [
    isWrite,
    (step: Json) => isWrite(step) || partsOf(step).verb === 'advance',
    (step: Json) => !isFault(step),
  ]) {
    const rest = stepsOf(search.best).filter(keep);
    if (rest.length < stepsOf(search.best).length) await search.accepts(withSteps(search.best, rest));
  }
  const kinds = new Set(stepsOf(search.best).map(kindOf));
  for (const kind of kinds) {
    const rest = stepsOf(search.best).filter((step) => kindOf(step) !== kind || isSettle(step));
    if (rest.length < stepsOf(search.best).length) await search.accepts(withSteps(search.best, rest));
  }
}

function kindOf(step: Json): string {
  const { actor, verb, args } = partsOf(step);
  return verb === 'next' ? `next ${JSON.stringify(args.next)}` : `${rowsOf(step).length > 0 ? '' : actor} ${verb}`;
}

/** Takes chunks of steps out, of half the list first, of single steps last. */
export async function fewerSteps(search: Search): Promise<void> {
  for (let size = Math.ceil(stepsOf(search.best).length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < stepsOf(search.best).length && !search.isOver; ) {
      const steps = stepsOf(search.best);
      const fewer = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (!(await search.accepts(withSteps(search.best, fewer)))) at += size;
    }
  }
}

/** Takes single steps out, all but those to be kept. */
export async function fewerSingles(search: Search, isKept: (step: Json) => boolean): Promise<void> {
  for (let at = 0; at < stepsOf(search.best).length; ) {
    const steps = stepsOf(search.best);
    const isTaken =
      !isKept(steps[at] as Json) && (await search.accepts(withSteps(search.best, steps.toSpliced(at, 1))));
    if (!isTaken) at += 1;
  }
}

/** Takes two steps out that only go together: a cut line and its mending, a write and the delete after it. */
export async function fewerPairs(search: Search): Promise<void> {
  const reach = 6;
  for (let at = 0; at < stepsOf(search.best).length; at += 1) {
    for (let other = at + 1; other <= at + reach && other < stepsOf(search.best).length; other += 1) {
      const fewer = stepsOf(search.best).filter((_, index) => index !== at && index !== other);
      if (await search.accepts(withSteps(search.best, fewer))) other = at;
    }
  }
}

/** A story with other steps. */
export function withSteps(story: JsonObject, steps: readonly Json[]): JsonObject {
  return { ...story, steps: [...steps] };
}
