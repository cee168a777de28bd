import { mkdirSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parse } from 'yaml';
import { textFiles } from '../adapters/node/text-files.ts';
import { gurasRegistry } from '../core/model/entities/registry.ts';
import { formatSignature, signatureOf } from '../explore/shrink/signature.ts';
import { stepsOf } from '../explore/shrink/story-parts.ts';
import { type Shrunk, shrinkStory } from '../explore/shrink.ts';
import { storyFile } from '../explore/story-file.ts';
import { type StoryRun, tryStory } from '../explore/story-run.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { readNamed } from '../scenario/files.ts';
import type { Plan } from '../scenario/plan.ts';
import type { ReadOptions } from '../scenario/read-scenario.ts';
import { openSim } from '../sim/open-sim.ts';
import { choosePlans } from './choose-plans.ts';
import type { Invocation } from './command.ts';
import { diagnosticTexts, hasErrors } from './commands/lint.ts';
import type { ShrinkFileOptions } from './commands/shrink.ts';
import { counted } from './counted.ts';
import { notThere, type StopSignal, usageError } from './exit.ts';
import { readPlans } from './read-plans.ts';
import { unlessStopped } from './stop-wish.ts';
import { writeWhole } from './write-whole.ts';

/** Finds the first case of a file that fails, makes it small and keeps it. Gives the signal that ended the search early, or null. */
export async function shrinkFile(options: ShrinkFileOptions, invocation: Invocation): Promise<StopSignal | null> {
  const work = new Shrinking(options, invocation);
  const plans = choosePlans(await readSound(options.file, invocation), { tags: [], caseNumber: options.caseNumber });
  const written = parse(textFiles.read(options.file) ?? '') as JsonObject;
  for (const plan of plans) {
    const story = caseOf(written, plan);
    const failed = await work.play(story);
    if (failed !== null && failed.claims.length > 0) return work.shrink(story, failed);
  }
  throw notThere(`${options.file} holds with --seed ${options.seed}: there is nothing to make small`);
}

async function readSound(file: string, { terminal, output }: Invocation): Promise<readonly Plan[]> {
  if (file === '-') throw usageError('shrink reads a file, not standard input', 'save the scenario first');
  const readings = await readPlans([file], { params: [], terminal });
  if (readings.length !== 1) throw usageError(`${file} is not one scenario`, 'name the file of one');
  if (!hasErrors(readings)) return readings.flatMap(({ plans }) => plans);
  for (const text of await diagnosticTexts(readings)) output.note(text);
  throw usageError(`${file} can't be played; nothing was run`);
}

/** The story of one case: its matrix has one value in each column, so that all is drawn as before. */
function caseOf(written: JsonObject, { caseValues }: Plan): JsonObject {
  const { 'expect-fail': _expected, sweep: _sweep, matrix, ...story } = written;
  if (matrix === undefined) return story;
  return { ...story, matrix: Object.fromEntries(Object.entries(caseValues).map(([name, value]) => [name, [value]])) };
}

class Shrinking {
  readonly #options: ShrinkFileOptions;
  readonly #invocation: Invocation;
  readonly #reading: ReadOptions;
  readonly #began = performance.now();
  #best: JsonObject | null = null;
  #isStopped = false;

  constructor(options: ShrinkFileOptions, invocation: Invocation) {
    this.#options = options;
    this.#invocation = invocation;
    // A story without a file of its own names others as that file does.
    const beside = (from: string, name: string): string => textFiles.beside(from === '' ? options.file : from, name);
    this.#reading = { registry: gurasRegistry, files: { read: textFiles.read, beside } };
  }

  async play(story: JsonObject, seed = this.#options.seed): Promise<StoryRun | null> {
    // A simulation never waits for the outside: without this no signal would be heard.
    await setImmediate();
    return tryStory(story, seed, { open: openSim, reading: this.#reading });
  }

  async shrink(story: JsonObject, failed: StoryRun): Promise<StopSignal | null> {
    const { wallMs, triesMax } = this.#options;
    const ended = await unlessStopped(this.#invocation.terminal, () =>
      shrinkStory(story, {
        play: (smaller, seed) => this.play(smaller, seed),
        failed,
        wallMs,
        ...(triesMax === undefined ? {} : { triesMax }),
        nowMs: () => (this.#isStopped ? Number.POSITIVE_INFINITY : performance.now()),
        onBetter: (smaller) => {
          this.#best = smaller;
        },
      }),
    );
    this.#isStopped = true;
    if (typeof ended !== 'string') {
      this.#tell({ story, failed, shrunk: ended });
      return null;
    }
    this.#keep(this.#best ?? story, failed, {});
    this.#invocation.output.note(`stopped; the smallest so far is kept in ${this.#options.save}`);
    return ended;
  }

  #tell({
    story,
    failed,
    shrunk,
  }: {
    readonly story: JsonObject;
    readonly failed: StoryRun;
    readonly shrunk: Shrunk;
  }): void {
    const { save, seed } = this.#options;
    const signature = this.#keep(shrunk.story, { ...failed, sentences: shrunk.sentences }, shrunk);
    const steps = stepsOf(shrunk.story).length;
    const before = stepsOf(story).length;
    const wallMs = Math.round(performance.now() - this.#began);
    const { sentences, tries, isSteady } = shrunk;
    const document = {
      file: save,
      steps,
      before,
      signature,
      claims: failed.claims,
      sentences,
      isSteady,
      tries,
      wallMs,
    };
    this.#invocation.output.result(document, () => [
      `${counted(steps, 'step')} of ${before}: ${signature}`,
      ...sentences.slice(0, 3).map((sentence) => `  ${sentence}`),
      `  guras-sync run ${save}${isSteady ? '' : ` --seed ${seed}`}`,
      `${counted(tries, 'story', 'stories')} played in ${formatDuration(Math.round(wallMs / 1_000) * 1_000)}`,
    ]);
  }

  /** Writes the file, and gives the signature of what it shows. */
  #keep(
    story: JsonObject,
    failed: Pick<StoryRun, 'claims' | 'sentences'>,
    { reasons, isSteady }: Partial<Shrunk>,
  ): string {
    const { file, save, seed } = this.#options;
    const signature = formatSignature(signatureOf(story, failed));
    const broken = failed.claims.join(', ');
    const play = isSteady === true ? 'It fails under any seed.' : `It fails under --seed ${seed}.`;
    mkdirSync(dirname(save), { recursive: true });
    const words = { seed, broken, about: `${signature}. ${play}`, ...(reasons === undefined ? {} : { reasons }) };
    const title =
      typeof story.scenario === 'string' && !story.scenario.startsWith('random story') ? story.scenario : null;
    writeWhole(
      save,
      storyFile(renamed(story, { from: file, to: save }), { ...words, ...(title === null ? {} : { title }) }),
    );
    return signature;
  }
}

/** The files that a story names, as they are named from another place. */
function renamed(story: JsonObject, { from, to }: { readonly from: string; readonly to: string }): JsonObject {
  const nameOf = (name: Json): Json => {
    const found = typeof name === 'string' ? readNamed(textFiles, name, from) : null;
    return found === null ? name : relative(dirname(resolve(to)), resolve(found.path));
  };
  const list = (names: Json): Json => (Array.isArray(names) ? (names as readonly Json[]).map(nameOf) : names);
  const { include, fixtures } = story;
  return {
    ...story,
    ...(include === undefined ? {} : { include: list(include) }),
    ...(fixtures === undefined || fixtures === null
      ? {}
      : { fixtures: Object.fromEntries(Object.entries(fixtures).map(([user, rows]) => [user, list(rows as Json)])) }),
  };
}
