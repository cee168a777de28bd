import { formatDuration, parseDuration } from '../../lib/duration.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { withSteps } from './cut-steps.ts';
import type { Search } from './search.ts';
import { devicesOf, isObject, partsOf, stepsOf } from './story-parts.ts';

/** Makes one step of two neighbours that say the same kind of thing, and starts devices offline that go there first. */
export async function mergeSteps(search: Search): Promise<void> {
  await startOffline(search);
  for (let at = 0; at + 1 < stepsOf(search.best).length; ) {
    const steps = stepsOf(search.best);
    const merged = mergedOf(steps[at] as Json, steps[at + 1] as Json);
    const isTaken = merged !== null && (await search.accepts(withSteps(search.best, steps.toSpliced(at, 2, merged))));
    if (!isTaken) at += 1;
  }
}

/** Two steps as one, or null when they are no pair: waits add up, armed faults and fields stand beside each other. */
function mergedOf(first: Json, second: Json): Json | null {
  const [one, other] = [partsOf(first), partsOf(second)];
  if (one.actor === null || one.actor !== other.actor) return null;
  const { actor } = one;
  if (one.verb === 'advance' && other.verb === 'advance') return { [actor]: { advance: sumOf(one.args, other.args) } };
  if (one.verb === 'next' && other.verb === 'next') return mergedNext(actor, one.args, other.args);
  if (one.verb === 'next' && other.verb === 'online' && other.args.next === undefined)
    return { [actor]: { online: true, ...one.args } };
  if (one.verb === 'put' && other.verb === 'put' && one.args.put === other.args.put)
    return mergedPut(actor, one.args, other.args);
  return null;
}

function sumOf(one: JsonObject, other: JsonObject): string {
  const [a, b] = [one.advance, other.advance].map((text) => parseDuration(String(text)) ?? 0);
  return formatDuration((a ?? 0) + (b ?? 0));
}

function mergedNext(actor: string, one: JsonObject, other: JsonObject): Json | null {
  if (!isObject(one.next) || !isObject(other.next)) return null;
  const both = Object.keys(one.next).some((call) => Object.hasOwn(other.next as JsonObject, call));
  return both ? null : { [actor]: { ...one, next: { ...one.next, ...other.next } } };
}

function mergedPut(actor: string, one: JsonObject, other: JsonObject): Json | null {
  const parts = ['set', 'add', 'increment'].flatMap((part) => {
    const [before, after] = [one[part], other[part]];
    if (before === undefined && after === undefined) return [];
    return [[part, { ...(isObject(before) ? before : {}), ...(isObject(after) ? after : {}) }] as const];
  });
  return { [actor]: { put: one.put ?? '', ...Object.fromEntries(parts) } };
}

/** A device that goes offline before it does anything else starts so. */
async function startOffline(search: Search): Promise<void> {
  for (const [name, device] of Object.entries(devicesOf(search.best))) {
    const steps = stepsOf(search.best);
    const at = steps.findIndex((step) => partsOf(step).actor === name);
    if (at < 0 || partsOf(steps[at] as Json).verb !== 'offline') continue;
    const devices = { ...devicesOf(search.best), [name]: { ...device, offline: true } };
    await search.accepts({ ...withSteps(search.best, steps.toSpliced(at, 1)), devices });
  }
}
