import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { exploreSeed, shrinkFailure, Tally, type Violation } from '../explore/campaign.ts';
import { workWithCrew } from '../explore/crew.ts';
import type { Reasons } from '../explore/shrink/explain.ts';
import { storyFile } from '../explore/story-file.ts';
import { formatDuration } from '../lib/duration.ts';
import { hash32 } from '../lib/hash.ts';
import { openSim } from '../sim/open-sim.ts';
import { invariants } from '../world/invariants/table.ts';
import type { Invocation } from './command.ts';
import type { ExploreOptions } from './commands/explore.ts';
import { counted } from './counted.ts';
import { exit, type StopSignal } from './exit.ts';
import { unlessStopped } from './stop-wish.ts';

/** How often the progress is told, ms. */
const progressMs = 5_000;

/** Plays the stories of a campaign, keeps what fails, and sums up. */
export async function runCampaign(
  options: ExploreOptions,
  invocation: Invocation,
): Promise<{ readonly exitCode: number; readonly stoppedBy: StopSignal | null }> {
  const campaign = new Campaign(options, invocation);
  const stopped = await unlessStopped(invocation.terminal, () => campaign.play());
  campaign.stop();
  const stoppedBy = typeof stopped === 'string' ? stopped : null;
  const violations = stoppedBy === null ? await campaign.violations() : [];
  return { exitCode: campaign.sumUp(violations, stoppedBy), stoppedBy };
}

class Campaign {
  readonly #options: ExploreOptions;
  readonly #invocation: Invocation;
  readonly #tally = new Tally();
  readonly #began = performance.now();
  #given = 0;
  #isOver = false;
  #told = performance.now();

  constructor(options: ExploreOptions, invocation: Invocation) {
    this.#options = options;
    this.#invocation = invocation;
  }

  async play(): Promise<void> {
    const { workers, operations } = this.#options;
    const draw = operations === undefined ? {} : { operations };
    const next = (): string | null => this.#next();
    const ended = (result: Parameters<Tally['add']>[0]): void => this.#ended(result);
    if (workers > 1) return workWithCrew(workers, { next, ended, options: draw });
    for (let seed = next(); seed !== null; seed = next()) {
      ended(await exploreSeed(seed, { ...draw, open: openSim }));
      // A simulation never waits for the outside: without this no signal would be heard.
      await setImmediate();
    }
  }

  /** No story begins any more. */
  stop(): void {
    this.#isOver = true;
  }

  /** What failed, one of each signature, made small and kept as a file. */
  async violations(): Promise<readonly (Violation & { readonly file: string })[]> {
    const found: (Violation & { readonly file: string })[] = [];
    for (const [signature, all] of this.#tally.signatures()) {
      const [first] = all;
      if (first === undefined) continue;
      const shrunk = this.#options.shrink
        ? await shrinkFailure(first, { open: openSim, nowMs: () => performance.now() })
        : { story: first.story, sentences: first.run.sentences };
      const steps = (shrunk.story.steps as readonly unknown[]).length;
      const one = {
        signature,
        seed: first.run.seed,
        count: all.length,
        sentences: shrunk.sentences,
        story: shrunk.story,
        steps,
      };
      found.push({ ...one, file: this.#keep(one, 'reasons' in shrunk ? shrunk.reasons : undefined) });
    }
    return found;
  }

  sumUp(violations: readonly (Violation & { readonly file: string })[], stoppedBy: StopSignal | null): number {
    const { output } = this.#invocation;
    const silent = this.#silent();
    const { clashes } = this.#tally;
    const document = { ...this.#figures(), clashes, violations: violations.map(toldOf), neverApplied: silent };
    output.result(document, () => [
      ...violations.flatMap((one) => lines(one)),
      `of ${counted(clashes.strong + clashes.weak, 'clash', 'clashes')} ${clashes.strong} were judged by what the policy names`,
      ...(silent.length === 0 ? [] : [`never came to bear: ${silent.join(', ')}`]),
      `${this.#progress()}, ${counted(violations.length, 'violation')}${stoppedBy === null ? '' : ', stopped'}`,
    ]);
    if (violations.length > 0) return exit.failed;
    return silent.length === 0 ? exit.ok : exit.inconclusive;
  }

  #next(): string | null {
    const { seed, from, runs, forMs, untilViolation } = this.#options;
    const isLate = forMs !== null && performance.now() - this.#began >= forMs;
    const isEnough = untilViolation && this.#tally.failed.length > 0;
    if (this.#isOver || isLate || isEnough || (runs !== null && this.#given >= runs)) return null;
    this.#given += 1;
    return `${seed}/${from + this.#given - 1}`;
  }

  #ended(result: Parameters<Tally['add']>[0]): void {
    const { output } = this.#invocation;
    this.#tally.add(result);
    if (result.story !== null)
      output.note(`${result.run.seed}: ${result.run.claims.join(', ')}: ${result.run.sentences[0] ?? ''}`);
    if (performance.now() - this.#told < progressMs) return;
    this.#told = performance.now();
    output.note(this.#progress());
  }

  #figures() {
    const wallMs = performance.now() - this.#began;
    const { runs, storyMs } = this.#tally;
    const traceHash = this.#tally
      .hashes()
      .reduce((sum, hash) => hash32(hash, sum), 0)
      .toString(16)
      .padStart(8, '0');
    return {
      runs,
      runsPerSecond: Math.round((runs / wallMs) * 10_000) / 10,
      timesRealTime: Math.round(storyMs / wallMs),
      traceHash,
    };
  }

  #progress(): string {
    const { runs, runsPerSecond, timesRealTime, traceHash } = this.#figures();
    const wall = formatDuration(Math.round((performance.now() - this.#began) / 1_000) * 1_000);
    return `${counted(runs, 'run')} in ${wall}, ${runsPerSecond}/s, ${timesRealTime} x real time, hash ${traceHash}`;
  }

  /** Invariants that meant something in no run: they prove nothing here. */
  #silent(): readonly string[] {
    return invariants.map(({ name }) => name).filter((name) => (this.#tally.applied.get(name) ?? 0) === 0);
  }

  #keep({ story, seed, signature }: Omit<Violation, 'steps'>, reasons: Reasons | undefined): string {
    const file = join(
      this.#options.save,
      `${signature.replaceAll(' ', '+')}-${seed.replaceAll(/[^A-Za-z0-9]+/g, '-')}.yaml`,
    );
    mkdirSync(this.#options.save, { recursive: true });
    writeFileSync(file, storyFile(story, { seed, broken: signature, ...(reasons === undefined ? {} : { reasons }) }));
    return file;
  }
}

function toldOf({ signature, seed, count, sentences, steps, file }: Violation & { readonly file: string }) {
  return { signature, seed, count, sentences, steps, file };
}

function lines({
  signature,
  seed,
  count,
  sentences,
  steps,
  file,
}: Violation & { readonly file: string }): readonly string[] {
  return [
    `${signature}: ${counted(count, 'run')}, first ${seed}`,
    ...sentences.slice(0, 3).map((sentence) => `  ${sentence}`),
    `  ${counted(steps, 'step')}: guras-sync run ${file} --seed ${seed}`,
  ];
}
