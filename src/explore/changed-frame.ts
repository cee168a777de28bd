import type { Json, JsonObject } from '../lib/json.ts';
import { differingEnd, type EndState } from '../world/end-state.ts';
import { type EndedRun, endStory, type StoryOptions, type StoryRun } from './story-run.ts';

/** One change of a story's frame that must not show in how its rows end. */
interface Change {
  /** The claim that a difference breaks. */
  readonly claim: string;
  readonly about: string;
  readonly change: (story: JsonObject) => JsonObject;
}

const clocks = ['+3h', '-2d', '+400d', '-90m', '+1s'];
const packing = ['batchCount', 'batchBytes', 'batchesInFlight', 'pageRows', 'unsettledAsked'];

const changes: readonly Change[] = [
  { claim: 'clocks-decide-nothing', about: 'with other clocks', change: (story) => withDevices(story, withOtherClock) },
  {
    claim: 'packing-decides-nothing',
    about: 'with other batches and pages',
    change: ({ server, ...story }) => ({
      ...withDevices(story, (device) => ({ ...device, limits: withoutPacking(device.limits) })),
      ...(server === undefined ? {} : { server: { limits: withoutPacking((server as JsonObject).limits) } }),
    }),
  },
];

/** The claims that {@link judgeFrame} judges. */
export const frameClaims: readonly string[] = changes.map(({ claim }) => claim);

/** One run in so many is judged so: each costs two more. */
const sampleEvery = 20;

/** Whether the story of a number is one of the sample whose frame is changed. */
export function isFrameSampled(number: number): boolean {
  return number % sampleEvery === 7;
}

/**
 * Plays a story that held twice more, once with other clocks and once with other batches and pages. A row of which the same
 * was written in both, about which nobody clashed or was asked, has to end with the same: clocks and packing choose
 * between values written apart at most, never between a value and what was written upon it.
 */
export async function judgeFrame(story: JsonObject, first: EndedRun, options: StoryOptions): Promise<StoryRun> {
  let { run } = first;
  for (const { claim, about, change } of changes) {
    const { run: other, endState } = await endStory(change(story), run.seed, options);
    if (other.claims.length === 0) run = compared(run, { claim, about, one: first.endState, other: endState });
  }
  return run;
}

function compared(
  run: StoryRun,
  { claim, about, one, other }: Omit<Change, 'change'> & { readonly one: EndState; readonly other: EndState },
): StoryRun {
  let met = 0;
  const difference = differingEnd(one, other, () => {
    met += 1;
  });
  const applied = { ...run.applied, [claim]: (run.applied[claim] ?? 0) + met };
  if (difference === null) return { ...run, applied };
  const sentence = `${difference.row} ends with ${difference.one}, and ${about} with ${difference.other}`;
  return { ...run, applied, claims: [...run.claims, claim].sort(), sentences: [...run.sentences, sentence] };
}

function withDevices(story: JsonObject, change: (device: JsonObject, at: number) => JsonObject): JsonObject {
  const devices = Object.entries(story.devices as JsonObject);
  return {
    ...story,
    devices: Object.fromEntries(devices.map(([name, device], at) => [name, change(device as JsonObject, at)])),
  };
}

/** Another clock than the device has, and than its neighbours get. */
function withOtherClock(device: JsonObject, at: number): JsonObject {
  const others = clocks.filter((clock) => clock !== device.clock);
  return { ...device, clock: others[at % others.length] as Json };
}

function withoutPacking(limits: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries((limits ?? {}) as JsonObject).filter(([name]) => !packing.includes(name)));
}
