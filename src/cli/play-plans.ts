import type { BeforeStep } from '../scenario/before-step.ts';
import { type Plan, pointOf } from '../scenario/plan.ts';
import { play } from '../scenario/play.ts';
import type { RunResult } from '../scenario/result.ts';
import type { OpenStage, Stage, StageSetup } from '../stage/stage.ts';
import { openAudit } from '../world/open-audit.ts';
import type { StopSignal } from './exit.ts';
import { unlessStopped } from './stop-wish.ts';
import type { Terminal } from './terminal.ts';

/** One plan that was played, and how long that took on this machine. */
export interface Played {
  readonly result: RunResult;
  readonly wallMs: number;
}

/** What was played, and the signal that ended it early, if one did. */
export interface PlayedAll {
  readonly played: readonly Played[];
  readonly stoppedBy: StopSignal | null;
}

/** How plans are played. */
export interface PlayPlansOptions {
  readonly open: OpenStage;
  readonly seed: string;
  readonly terminal: Terminal;
  /** How many plans are under way at once, 1 or more: where a run mostly waits, several share its time. Default 1. */
  readonly atOnce?: number;
  /** Waited for before each step. */
  readonly beforeStep?: BeforeStep;
  /** Told of each run when it is over, in the order of the plans. */
  readonly onPlayed: (played: Played) => void;
}

/** Plays plans. A signal ends it at once: the runs under way count for nothing. */
export async function playPlans(plans: readonly Plan[], options: PlayPlansOptions): Promise<PlayedAll> {
  const rounds = new Rounds(plans, options);
  const lanes = Array.from({ length: Math.min(options.atOnce ?? 1, plans.length) }, () => rounds.lane());
  try {
    const signals = await Promise.all(lanes);
    return { played: rounds.told, stoppedBy: signals.find((signal) => signal !== null) ?? null };
  } finally {
    await rounds.close();
  }
}

/** The plans of one call, taken by its lanes one after the other. */
class Rounds {
  readonly told: Played[] = [];
  readonly #plans: readonly Plan[];
  readonly #options: PlayPlansOptions;
  readonly #stages = new Set<Stage>();
  readonly #ended = new Map<number, Played>();
  #next = 0;
  #isOver = false;

  constructor(plans: readonly Plan[], options: PlayPlansOptions) {
    this.#plans = plans;
    this.#options = options;
  }

  /** Plays plans until none is left (null) or a signal comes. */
  async lane(): Promise<StopSignal | null> {
    const { seed, terminal, beforeStep } = this.#options;
    const stepping = beforeStep === undefined ? {} : { beforeStep };
    for (let at = this.#next; at < this.#plans.length && !this.#isOver; at = this.#next) {
      this.#next += 1;
      const plan = this.#plans[at] as Plan;
      const held: { stage: Stage | null } = { stage: null };
      const began = performance.now();
      const ended = await unlessStopped(terminal, () =>
        play(plan, { open: (setup) => this.#open(setup, held), seed, ...stepping, audit: openAudit }),
      );
      if (typeof ended === 'string') return ended;
      if (held.stage !== null) this.#stages.delete(held.stage);
      this.#ended.set(at, { result: thinned(ended), wallMs: performance.now() - began });
      this.#tell();
    }
    return null;
  }

  /** Frees files and processes of worlds that were cut off; what goes wrong in them then is of no interest. */
  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled([...this.#stages].map((stage) => stage.close()));
  }

  async #open(setup: StageSetup, held: { stage: Stage | null }): Promise<Stage> {
    const stage = await this.#options.open(setup);
    held.stage = stage;
    this.#stages.add(stage);
    // It was being opened while all others were closed.
    if (this.#isOver) await stage.close();
    return stage;
  }

  #tell(): void {
    for (let one = this.#ended.get(this.told.length); one !== undefined; one = this.#ended.get(this.told.length)) {
      this.told.push(one);
      this.#options.onPlayed(one);
    }
  }
}

/** Of the thousands of variants that a sweep has, those that held need no story. */
function thinned(result: RunResult): RunResult {
  if (pointOf(result.plan) === null || result.verdict !== 'passed') return result;
  return { ...result, story: [], storyLost: result.storyLost + result.story.length };
}
