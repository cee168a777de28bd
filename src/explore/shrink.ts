import type { Json, JsonObject } from '../lib/json.ts';

/** Whether a story still fails in the same way. */
export type StillFails = (story: JsonObject) => Promise<boolean>;

/** What became of a story that was made smaller. */
export interface Shrunk {
  readonly story: JsonObject;
  /** Stories that were played for it. */
  readonly tries: number;
}

/**
 * Makes a failing story as small as it gets with what is here: steps are taken out, first many at a time, then one by
 * one; then devices nobody needs; then fields, faults' options and waits are made plainer. The result fails as the
 * first did. Ends early, with the best so far, after `triesMax` plays.
 */
export async function shrinkStory(story: JsonObject, fails: StillFails, triesMax = 600): Promise<Shrunk> {
  const work = new Shrinking(story, fails, triesMax);
  let before: JsonObject;
  do {
    before = work.best;
    await work.fewerSteps();
    await work.fewerDevices();
    await work.plainerHeader();
    await work.plainerSteps();
  } while (work.best !== before && work.tries < triesMax);
  return { story: work.best, tries: work.tries };
}

class Shrinking {
  best: JsonObject;
  tries = 0;
  readonly #fails: StillFails;
  readonly #triesMax: number;

  constructor(story: JsonObject, fails: StillFails, triesMax: number) {
    this.best = story;
    this.#fails = fails;
    this.#triesMax = triesMax;
  }

  /** Takes chunks of steps out, of half the list first, of single steps last. */
  async fewerSteps(): Promise<void> {
    for (let size = Math.ceil(this.#steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < this.#steps.length; ) {
        const fewer = [...this.#steps.slice(0, at), ...this.#steps.slice(at + size)];
        if (!(await this.#try({ ...this.best, steps: fewer }))) at += size;
      }
    }
  }

  async fewerDevices(): Promise<void> {
    for (const name of Object.keys(this.best.devices as JsonObject)) {
      const { [name]: _gone, ...devices } = this.best.devices as JsonObject;
      if (Object.keys(devices).length === 0) return;
      await this.#try({ ...this.best, devices, steps: this.#steps.filter((step) => !isOf(step, name)) });
    }
  }

  /** Limits and clocks that make no difference go. */
  async plainerHeader(): Promise<void> {
    const { server: _gone, ...plain } = this.best;
    if (this.best.server !== undefined) await this.#try(plain);
    for (const [name, device] of Object.entries(this.best.devices as JsonObject)) {
      for (const key of Object.keys(device as JsonObject).filter((part) => part !== 'user')) {
        const { [key]: _part, ...rest } = (this.best.devices as Record<string, JsonObject>)[name] ?? {};
        await this.#try({ ...this.best, devices: { ...(this.best.devices as JsonObject), [name]: rest } });
      }
    }
  }

  /** Within a step: fields that are not needed go. */
  async plainerSteps(): Promise<void> {
    for (let at = 0; at < this.#steps.length; at += 1) {
      for (const plainer of plainerForms(this.#steps[at] as Json)) {
        await this.#try({ ...this.best, steps: this.#steps.with(at, plainer) });
      }
    }
  }

  get #steps(): Json[] {
    return [...(this.best.steps as readonly Json[])];
  }

  async #try(story: JsonObject): Promise<boolean> {
    if (this.tries >= this.#triesMax || !isJudged(story)) return false;
    this.tries += 1;
    if (!(await this.#fails(story))) return false;
    this.best = story;
    return true;
  }
}

/** What holds at rest can only be judged of a story that comes to rest. */
function isJudged({ steps }: JsonObject): boolean {
  return (steps as readonly JsonObject[]).some((step) => step.settle === true);
}

function isOf(step: Json, device: string): boolean {
  return typeof step === 'object' && step !== null && (Object.hasOwn(step, device) || partition(step) === device);
}

function partition(step: Json): Json | undefined {
  const network = (step as JsonObject).network;
  return typeof network === 'object' && network !== null ? (network as JsonObject).partition : undefined;
}

/** The step without one of the fields that it sets or adds. */
function plainerForms(step: Json): readonly Json[] {
  if (typeof step !== 'object' || step === null || Array.isArray(step)) return [];
  return Object.entries(step as JsonObject).flatMap(([actor, action]) => {
    if (typeof action !== 'object' || action === null || Array.isArray(action)) return [];
    return ['set', 'add', 'increment'].flatMap((part) => {
      const fields = (action as JsonObject)[part] as JsonObject | undefined;
      if (fields === undefined) return [];
      return Object.keys(fields).map((name) => {
        const { [name]: _field, ...rest } = fields;
        const { [part]: _part, ...bare } = action as JsonObject;
        return { [actor]: Object.keys(rest).length === 0 ? bare : { ...bare, [part]: rest } };
      });
    });
  });
}
