import { parseDuration } from '../../lib/duration.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { withSteps } from './cut-steps.ts';
import type { Search } from './search.ts';
import { devicesIn, devicesOf, isObject, isSettle, partsOf, stepsOf } from './story-parts.ts';

/** Waits from short to long: a longer one is replaced by the first that does. */
const waits = ['20ms', '1s', '3s', '20s', '1m', '5m'];
/** Keys of steps and faults whose values are waits. */
const waitKeys: ReadonlySet<string> = new Set([
  ...['advance', 'restart', 'start', 'delay', 'defer', 'retryAfter', 'within', 'resume', 'restore', 'jump'],
]);
/** The plainest faults, and the calls that a fault of any call may be meant for. */
const plainFaults = ['lose-request', 'lose-response'];
const calls = ['push', 'pull', 'resolve'];
/** Turns that a step gets: each makes it plainer. */
const turnsMax = 12;

/** Takes devices out with all their steps. */
export async function fewerDevices(search: Search): Promise<void> {
  for (const name of Object.keys(devicesOf(search.best))) {
    const { [name]: _gone, ...devices } = devicesOf(search.best);
    if (Object.keys(devices).length === 0) return;
    const steps = stepsOf(search.best).filter((step) => !devicesIn(step).includes(name));
    await search.accepts({ ...withSteps(search.best, steps), devices });
  }
}

/** Bounds and clocks go all at once: small pages and batches make every play of a long story slow. */
export async function bareHead(search: Search): Promise<void> {
  const bare = Object.entries(devicesOf(search.best)).map(([name, { user = 'ana' }]) => [name, { user }] as const);
  const { server: _gone, ...rest } = search.best;
  if (await search.accepts({ ...rest, devices: Object.fromEntries(bare) })) return;
  await search.accepts(rest);
}

/** Limits, clocks, and whatever else of the head makes no difference go. */
export async function plainerHead(search: Search): Promise<void> {
  for (const key of ['server', 'about', 'tags', 'sweep', 'fixtures', 'include', 'params', 'matrix'] as const) {
    const { [key]: gone, ...rest } = search.best;
    if (gone !== undefined) await search.accepts(rest);
  }
  await plainerServer(search);
  for (const [name, device] of Object.entries(devicesOf(search.best))) {
    for (const plainer of plainerDevices(device)) {
      const devices = devicesOf(search.best);
      if (JSON.stringify(devices[name]) === JSON.stringify(plainer)) continue;
      await search.accepts({ ...search.best, devices: { ...devices, [name]: plainer } });
    }
  }
}

async function plainerServer(search: Search): Promise<void> {
  const { server } = search.best;
  if (!isObject(server) || !isObject(server.limits)) return;
  for (const name of Object.keys(server.limits)) {
    const now = search.best.server;
    if (!isObject(now) || !isObject(now.limits)) return;
    await search.accepts({ ...search.best, server: { ...now, limits: without(now.limits, name) } });
  }
}

/** A device with its user alone, else without one of its settings or limits. */
function plainerDevices(device: JsonObject): readonly JsonObject[] {
  const settings = Object.keys(device).filter((key) => key !== 'user' && key !== 'limits');
  const limits = isObject(device.limits) ? device.limits : {};
  const { limits: _limits, ...unlimited } = device;
  return [
    { user: device.user ?? 'ana' },
    ...(device.limits === undefined ? [] : [unlimited]),
    ...settings.map((key) => without(device, key)),
    ...Object.keys(limits).map((key) => ({ ...device, limits: without(limits, key) })),
  ];
}

/** Within a step: fields that are not needed go, waits get shorter, faults plainer. */
export async function plainerSteps(search: Search): Promise<void> {
  for (let at = 0; at < stepsOf(search.best).length; at += 1) {
    for (let turn = 0; turn < turnsMax && (await onePlainer(search, at)); turn += 1);
  }
}

async function onePlainer(search: Search, at: number): Promise<boolean> {
  const steps = stepsOf(search.best);
  for (const plainer of plainerForms(steps[at] as Json))
    if (await search.accepts(withSteps(search.best, steps.with(at, plainer)))) return true;
  return false;
}

function plainerForms(step: Json): readonly Json[] {
  const { actor, verb, args } = partsOf(step);
  if (actor === null || Object.keys(args).length === 0) return isObject(step) ? plainerOfStory(step) : [];
  const forms = [...fewerFields(args), ...plainerNext(args), ...shorterWaits(args)];
  const members = verb === 'group' && Array.isArray(args.group) ? (args.group as readonly JsonObject[]) : [];
  return [
    ...members.map((member) => ({ [actor]: { ...member, ...('delete' in member ? { refused: 'allowed' } : {}) } })),
    ...forms.map((form) => ({ [actor]: form })),
  ];
}

/** A step of the story itself: everybody comes back, and in less time. */
function plainerOfStory(step: JsonObject): readonly JsonObject[] {
  // Less time to come to rest would make a failure of what only takes long.
  const shorter = isSettle(step) ? [] : shorterWaits(step);
  return [...(step.dead === undefined ? [] : [without(step, 'dead')]), ...shorter];
}

/** The step without one of the fields that it sets or adds. */
function fewerFields(args: JsonObject): readonly JsonObject[] {
  return ['set', 'add', 'increment'].flatMap((part) => {
    const fields = args[part];
    if (!isObject(fields)) return [];
    return Object.keys(fields).map((name) => {
      const rest = without(fields, name);
      return Object.keys(rest).length === 0 ? without(args, part) : { ...args, [part]: rest };
    });
  });
}

/** Armed faults: the plainest kinds, and of any call the one that it strikes. */
function plainerNext(args: JsonObject): readonly JsonObject[] {
  if (!isObject(args.next)) return [];
  const { next } = args;
  return Object.entries(next).flatMap(([call, armed]) => {
    const isPlain = typeof armed === 'string' && plainFaults.includes(armed);
    const once = isObject(armed) && armed.fault !== undefined ? [{ ...next, [call]: armed.fault }] : [];
    const plain = isPlain ? [] : plainFaults.map((fault) => ({ ...next, [call]: fault }));
    const named = call === 'any' ? calls.map((one) => ({ ...without(next, call), [one]: armed as Json })) : [];
    const fewer = Object.keys(next).length > 1 ? [without(next, call)] : [];
    return [...fewer, ...plain, ...once, ...named].map((plainer) => ({ ...args, next: plainer }));
  });
}

/** The same with one of its waits made shorter. */
function shorterWaits(value: JsonObject): readonly JsonObject[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const forms =
      waitKeys.has(key) && typeof inner === 'string' ? shorterThan(inner) : isObject(inner) ? shorterWaits(inner) : [];
    return forms.map((form) => ({ ...value, [key]: form }));
  });
}

function shorterThan(text: string): readonly string[] {
  const ms = parseDuration(text) ?? 0;
  return waits.filter((wait) => (parseDuration(wait) ?? 0) < ms);
}

function without(value: JsonObject, key: string): JsonObject {
  const { [key]: _gone, ...rest } = value;
  return rest;
}
