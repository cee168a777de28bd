import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { exploreSeed, type StoryResult, shrinkFailure } from '../explore/campaign.ts';
import { choicesOfRun, unfitPins } from '../explore/choices.ts';
import { workWithCrew } from '../explore/crew.ts';
import { type DrawOptions, drawStory } from '../explore/draw-story.ts';
import { type CampaignReport, planHash, type ToldViolation } from '../explore/report.ts';
import { type Job, SeedList } from '../explore/seed-list.ts';
import type { Reasons } from '../explore/shrink/explain.ts';
import { storyFile } from '../explore/story-file.ts';
import { type Failing, Tally } from '../explore/tally.ts';
import { deterministic, isSampled, tellDivergence } from '../explore/twice.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { openSim } from '../sim/open-sim.ts';
import type { Invocation } from './command.ts';
import type { ExploreOptions } from './commands/explore.ts';
import { counted } from './counted.ts';
import type { ExitCode, StopSignal } from './exit.ts';
import { unlessStopped } from './stop-wish.ts';
import { progressText, tellCampaign } from './tell-campaign.ts';

/** How often the progress is told, ms. */
const progressMs = 5_000;

/** Plays the stories of a campaign, keeps what fails, and sums up. */
export async function runCampaign(
  options: ExploreOptions,
  invocation: Invocation,
): Promise<{ readonly exitCode: ExitCode; readonly stoppedBy: StopSignal | null }> {
  const campaign = new Campaign(options, invocation);
  const stopped = await unlessStopped(invocation.terminal, () => campaign.play());
  campaign.stop();
  const stoppedBy = typeof stopped === 'string' ? stopped : null;
  const violations = stoppedBy === null ? await campaign.violations() : [];
  if (stoppedBy === null) await campaign.tellChoices();
  const told = { report: campaign.report(violations), isStopped: stoppedBy !== null };
  return { exitCode: tellCampaign(invocation.output, told), stoppedBy };
}

class Campaign {
  readonly #options: ExploreOptions;
  readonly #invocation: Invocation;
  readonly #seeds: SeedList;
  readonly #tally = new Tally();
  /** Seeds whose two plays differed. */
  readonly #differing: string[] = [];
  readonly #began = performance.now();
  #isOver = false;
  #told = performance.now();

  constructor(options: ExploreOptions, invocation: Invocation) {
    const { seed, from, runs, shard, twice } = options;
    this.#options = options;
    this.#invocation = invocation;
    this.#seeds = new SeedList({ seed, from, runs, shard, isTwice: twice ? () => true : isSampled });
  }

  async play(): Promise<void> {
    const { workers } = this.#options;
    const options = this.#drawOptions();
    const next = (player: number): Job | null => this.#next(player);
    const ended = (result: StoryResult, of: { readonly job: Job; readonly player: number }): void =>
      this.#ended(result, of);
    if (workers > 1) return workWithCrew(workers, { next, ended, options });
    for (let job = next(0); job !== null; job = next(0)) {
      ended(await exploreSeed(job.seed, { ...options, open: openSim }), { job, player: 0 });
      // A simulation never waits for the outside: without this no signal would be heard.
      await setImmediate();
    }
  }

  /** No story begins any more. */
  stop(): void {
    this.#isOver = true;
  }

  /** What failed, one of each signature, made small and kept as a file. */
  async violations(): Promise<readonly ToldViolation[]> {
    for (const seed of this.#differing) await this.#noteDiffering(seed);
    const found: ToldViolation[] = [];
    for (const failing of this.#tally.sum().failing) {
      const { signature, count, run } = failing;
      const { story, sentences, reasons } = await this.#small(failing);
      const file = this.#keep(story, { signature, seed: run.seed, reasons });
      const steps = (story.steps as readonly unknown[]).length;
      found.push({ signature, seed: run.seed, count, sentences, steps, file });
    }
    return found;
  }

  report(violations: readonly ToldViolation[]): CampaignReport {
    const { seed, from, runs, shard, twice } = this.#options;
    const { failing: _, ...sum } = this.#tally.sum();
    const plan = planHash({ seed, from, runs, twice, draw: this.#drawOptions() as Json });
    return { plan, shards: [shard], wallMs: Math.round(performance.now() - this.#began), ...sum, violations };
  }

  /** Writes the choices of a campaign of one run down, and tells of pins that held nothing in it. */
  async tellChoices(): Promise<void> {
    const { seed, from, runs, pins, choices: file } = this.#options;
    if (runs !== 1 || (file === undefined && pins === undefined)) return;
    const choices = await choicesOfRun(`${seed}/${from}`, { ...this.#drawOptions(), open: openSim });
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(choices, null, 2)}\n`);
    const unfit = pins === undefined ? [] : unfitPins(pins, choices);
    if (unfit.length > 0)
      this.#invocation.output.note(`${counted(unfit.length, 'pin')} held nothing: ${unfit.slice(0, 10).join(', ')}`);
  }

  #drawOptions(): DrawOptions {
    const { operations, pins } = this.#options;
    return { ...(operations === undefined ? {} : { operations }), ...(pins === undefined ? {} : { pins }) };
  }

  #next(player: number): Job | null {
    const { forMs, untilViolation } = this.#options;
    const isLate = forMs !== null && performance.now() - this.#began >= forMs;
    const isEnough = untilViolation && this.#tally.failed > 0;
    return this.#isOver ? null : this.#seeds.next(player, !isLate && !isEnough);
  }

  #ended(result: StoryResult, { job, player }: { readonly job: Job; readonly player: number }): void {
    const { output } = this.#invocation;
    if (!this.#seeds.ended(job, result.run.hash, player)) {
      this.#differing.push(job.seed);
      output.note(`${job.seed}: its two plays differ`);
    }
    if (job.isAgain) return;
    this.#tally.add(result);
    if (result.story !== null)
      output.note(`${result.run.seed}: ${result.run.claims.join(', ')}: ${result.run.sentences[0] ?? ''}`);
    if (performance.now() - this.#told < progressMs) return;
    this.#told = performance.now();
    output.note(progressText(this.report([])));
  }

  async #noteDiffering(seed: string): Promise<void> {
    const story = drawStory(seed, this.#drawOptions());
    const sentence = await tellDivergence(story, seed, { open: openSim });
    this.#tally.fail({ seed, claims: [deterministic], sentences: [sentence] }, story);
  }

  /** The failure made small, as far as it is wanted and can be. */
  async #small({ run, story }: Failing): Promise<{
    readonly story: JsonObject;
    readonly sentences: readonly string[];
    readonly reasons?: Reasons;
  }> {
    if (!this.#options.shrink || run.claims.includes(deterministic)) return { story, sentences: run.sentences };
    return shrinkFailure({ run, story }, { open: openSim, nowMs: () => performance.now() });
  }

  #keep(
    story: JsonObject,
    {
      signature,
      seed,
      reasons,
    }: { readonly signature: string; readonly seed: string; readonly reasons: Reasons | undefined },
  ): string {
    const file = join(
      this.#options.save,
      `${signature.replaceAll(' ', '+')}-${seed.replaceAll(/[^A-Za-z0-9]+/g, '-')}.yaml`,
    );
    mkdirSync(this.#options.save, { recursive: true });
    writeFileSync(file, storyFile(story, { seed, broken: signature, ...(reasons === undefined ? {} : { reasons }) }));
    return file;
  }
}
