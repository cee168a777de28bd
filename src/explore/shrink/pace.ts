import { parseDuration } from '../../lib/duration.ts';
import type { Json } from '../../lib/json.ts';
import { fewerSingles, withSteps } from './cut-steps.ts';
import type { Search } from './search.ts';
import { devicesOf, isSettle, partsOf, stepsOf } from './story-parts.ts';

/** Long enough for a request to be answered where it takes real time, also when that time is scaled. */
const wait = '1m';

/**
 * Makes waits long enough for a world in real time, and lets the last requests go out before everything heals: in virtual
 * time a request leaves at the instant of the write, elsewhere a moment later. Only where it fails all the same.
 */
export async function pace(search: Search): Promise<void> {
  await apart(search);
  const longer = stepsOf(search.best).map(lengthened);
  const [before, last] = longer.slice(-2);
  const hasWait = before !== undefined && isWait(before);
  const withLast = isSettle(last) && !hasWait ? [longer.toSpliced(-1, 0, { clock: { advance: wait } })] : [];
  for (const steps of [...withLast, longer]) {
    if (!(await search.accepts(withSteps(search.best, steps)))) continue;
    // What only bridged the time is not needed any more.
    await fewerSingles(search, isWait);
    return;
  }
  for (const at of stepsOf(search.best).keys()) {
    const steps = stepsOf(search.best);
    await search.accepts(withSteps(search.best, steps.with(at, lengthened(steps[at] as Json))));
  }
}

/** Devices that need no line before everything heals have none: then what they write at once is written apart everywhere. */
async function apart(search: Search): Promise<void> {
  const all = Object.keys(devicesOf(search.best));
  for (const names of [all, ...all.map((name) => [name])]) {
    const devices = Object.entries(devicesOf(search.best)).map(
      ([name, device]) => [name, names.includes(name) ? { ...device, offline: true } : device] as const,
    );
    if (await search.accepts({ ...search.best, devices: Object.fromEntries(devices) }))
      await fewerSingles(search, isWait);
  }
}

/** Whether a step only lets time pass. */
export function isWait(step: Json): boolean {
  return partsOf(step).verb === 'advance';
}

function lengthened(step: Json): Json {
  const { actor, args } = partsOf(step);
  if (actor === null || !isWait(step)) return step;
  const isShort = (parseDuration(String(args.advance)) ?? 0) < (parseDuration(wait) ?? 0);
  return isShort ? { [actor]: { ...args, advance: wait } } : step;
}
