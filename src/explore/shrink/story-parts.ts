import type { Json, JsonObject } from '../../lib/json.ts';

/** A step taken apart: who acts (null for steps of the story itself), the word that names the deed, and what it says. */
export interface StepParts {
  readonly actor: string | null;
  readonly verb: string;
  readonly args: JsonObject;
}

/** Words that stand at the place of an actor and are deeds of the story itself. */
const storyVerbs: ReadonlySet<string> = new Set(['settle', 'phase', 'note', 'together', 'repeat', 'never', 'expect']);

/** The parts of a step as it is written. */
export function partsOf(step: Json): StepParts {
  const [[key, action] = ['', null]] = Object.entries(isObject(step) ? step : {});
  if (storyVerbs.has(key)) return { actor: null, verb: key, args: isObject(step) ? step : {} };
  if (isObject(action)) return { actor: key, verb: Object.keys(action)[0] ?? '', args: action };
  return { actor: key, verb: typeof action === 'string' ? action : '', args: {} };
}

/** The steps of a story, as a list of its own. */
export function stepsOf(story: JsonObject): Json[] {
  return Array.isArray(story.steps) ? [...(story.steps as readonly Json[])] : [];
}

/** The devices of a story by name. */
export function devicesOf(story: JsonObject): Readonly<Record<string, JsonObject>> {
  return isObject(story.devices) ? (story.devices as Readonly<Record<string, JsonObject>>) : {};
}

/** Rows, as `type/id`, that a step writes, those of the steps within it too. */
export function rowsOf(step: Json): readonly string[] {
  if (Array.isArray(step)) return (step as readonly Json[]).flatMap(rowsOf);
  if (!isObject(step)) return [];
  return Object.entries(step).flatMap(([key, value]) => {
    if (writes.has(key) && typeof value === 'string') return [value];
    return rowsOf(value as Json);
  });
}

const writes: ReadonlySet<string> = new Set(['put', 'create', 'update', 'delete']);

/** Devices that a step is of, or cuts off. */
export function devicesIn(step: Json): readonly string[] {
  const { actor, args } = partsOf(step);
  return [actor, args.partition].filter((name): name is string => typeof name === 'string');
}

/** Whether a step lets everything come to rest. */
export function isSettle(step: Json | undefined): boolean {
  return isObject(step) && step.settle === true;
}

/** Whether the end of the story is judged by the ledger: what it claims holds at rest only. */
export function isJudgedAtRest(story: JsonObject): boolean {
  return JSON.stringify(story.expect ?? []).includes('"invariants":true');
}

/** Whether a value is an object of JSON, no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
