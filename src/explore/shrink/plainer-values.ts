import type { Json, JsonObject } from '../../lib/json.ts';
import { withSteps } from './cut-steps.ts';
import type { Search } from './search.ts';
import { isObject, partsOf, stepsOf } from './story-parts.ts';

/** The base of additions to counters: the digits of the sum tell how often each took effect. */
const base = 8;

/** Values get short names in the order in which they are written, additions the first powers. */
export async function plainerValues(search: Search): Promise<void> {
  await search.accepts(withSteps(search.best, renumbered(stepsOf(search.best))));
  await search.accepts(withSteps(search.best, renamed(stepsOf(search.best))));
}

/** Texts that a random story drew, `phone 17`: counted from 1, equal texts staying equal. */
function renamed(steps: readonly Json[]): readonly Json[] {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (text: string): string => {
    const who = /^([a-z]+) \d+$/.exec(text)?.[1];
    if (who === undefined) return text;
    const known = names.get(text);
    if (known !== undefined) return known;
    counts.set(who, (counts.get(who) ?? 0) + 1);
    names.set(text, `${who} ${counts.get(who)}`);
    return `${who} ${counts.get(who)}`;
  };
  return steps.map((step) => mapTexts(step, nameOf));
}

function mapTexts(value: Json, nameOf: (text: string) => string): Json {
  if (typeof value === 'string') return nameOf(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map((inner) => mapTexts(inner, nameOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner as Json, nameOf)]));
}

/** Additions to each counter as 1, 8, 64, … in the order in which they are written. */
function renumbered(steps: readonly Json[]): readonly Json[] {
  const counts = new Map<string, number>();
  return steps.map((step) => {
    const { actor, args } = partsOf(step);
    if (actor === null || !isObject(args.increment)) return step;
    const increment = Object.keys(args.increment).map((field): [string, number] => {
      const key = `${String(args.put ?? args.update)} ${field}`;
      counts.set(key, (counts.get(key) ?? -1) + 1);
      return [field, base ** (counts.get(key) ?? 0)];
    });
    return { [actor]: { ...args, increment: Object.fromEntries(increment) } satisfies JsonObject };
  });
}
