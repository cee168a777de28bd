import { keyedRandom } from '../lib/keyed-random.ts';
import { type Ability, describeAbility } from '../stage/ability.ts';
import { type OpenStage, type Stage, unsyncedMax } from '../stage/stage.ts';
import { TraceHash } from '../trace/hash.ts';
import type { TraceRecord, TraceSink } from '../trace/record.ts';
import type { Audit, OpenAudit } from './audit.ts';
import type { BeforeStep } from './before-step.ts';
import { formatPlace, type Place } from './language/place.ts';
import { LifeOfChanges } from './life-of-changes.ts';
import { formatCase, type Plan, type PlanStep } from './plan.ts';
import { Player } from './player.ts';
import type { Failure, RunResult, Verdict } from './result.ts';
import { expectationsNeed } from './steps/checks.ts';
import { Story } from './story.ts';
import { disturbanceNeeds } from './sweep/disturbance.ts';
import { Disturber } from './sweep/disturber.ts';
import type { FamilyPart } from './sweep/family.ts';
import { verbOf } from './verb-of.ts';
import { walkSteps } from './walk.ts';

/** What a plan is played with. */
export interface PlayOptions {
  readonly open: OpenStage;
  /** Any text: every draw of the run is keyed by it and the case. */
  readonly seed: string;
  /** Takes every record of the run as it happens, for `--watch` and trace files. */
  readonly onRecord?: TraceSink;
  /** Waited for before each step. */
  readonly beforeStep?: BeforeStep;
  /** Whether the result tells the story and why something failed; default true. Thousands of runs want only the verdict. */
  readonly told?: boolean;
  /** Makes what judges the expectation `invariants`; without it that expectation fails. */
  readonly audit?: OpenAudit;
}

/**
 * Plays a plan in a world of its own and says what came of it. A plan that needs what the world can't do is skipped
 * whole. Rejects with `StageError` when the world fails, and with whatever a bug throws; the world is closed first.
 */
export async function play(plan: Plan, options: PlayOptions): Promise<RunResult> {
  const run = new Run(plan, options);
  const { title, caseValues } = plan;
  run.sink({
    kind: 'run',
    atMs: 0,
    lane: 'story',
    data: { scenario: title, case: { ...caseValues }, seed: options.seed },
  });
  const stage = await options.open({
    seed: keyOfDraws(plan, { seed: options.seed, part: 'latency' }),
    ...(varies(plan, 'order') ? { order: keyOfDraws(plan, { seed: options.seed, part: 'order' }) } : {}),
    devices: plan.devices,
    fixtures: new Map(Object.entries(plan.fixtures)),
    registry: plan.registry,
    disk: plan.disk,
    ...(Object.keys(plan.pins).length > 0 ? { pins: plan.pins } : {}),
    serverLimits: plan.serverLimits,
    unsyncedMax: needsOf(plan).some(({ ability }) => ability === 'power-cut') ? unsyncedMax : 0,
    trace: run.sink,
  });
  try {
    const lack = lackOf(plan, stage);
    return lack === null ? await run.play(plan, stage) : run.result(plan, stage, { verdict: 'skipped', reason: lack });
  } finally {
    await stage.close();
  }
}

class Run {
  readonly sink: TraceSink;
  readonly #options: PlayOptions;
  readonly #hash = new TraceHash();
  readonly #story: Story | null;
  readonly #lives: LifeOfChanges | null;
  readonly #audit: Audit | null;
  readonly #disturber: Disturber | null;
  #player: Player | null = null;

  constructor(plan: Plan, options: PlayOptions) {
    this.#options = options;
    const audit = asksForAudit(plan) ? (options.audit?.(plan) ?? null) : null;
    const disturber = plan.disturbance === null ? null : new Disturber(plan.disturbance);
    this.#audit = audit;
    this.#disturber = disturber;
    const isTold = options.told !== false;
    const story = isTold ? new Story() : null;
    const lives = isTold ? new LifeOfChanges() : null;
    this.#story = story;
    this.#lives = lives;
    this.sink = (record: TraceRecord) => {
      this.#hash.add(record);
      story?.add(record);
      lives?.add(record);
      audit?.record(record);
      disturber?.record(record);
      options.onRecord?.(record);
    };
  }

  async play(plan: Plan, stage: Stage): Promise<RunResult> {
    const random = keyedRandom(`${keyOfDraws(plan, { seed: this.#options.seed, part: 'order' })}/story`);
    const audit = this.#audit;
    const watched = audit?.watch(stage) ?? stage;
    const disturber = this.#disturber;
    disturber?.begin(watched);
    if (plan.disturbance !== null) this.#remark(`sweep: ${plan.disturbance.name}`);
    const player = new Player({
      plan,
      stage: watched,
      random,
      trace: this.sink,
      lives: this.#lives,
      beforeStep: bothOf(disturber?.beforeStep, this.#options.beforeStep),
      beforeEnd: async () => disturber?.beforeEnd(watched),
      audit,
    });
    this.#player = player;
    await player.playPlan();
    const ending = disturber?.isIdle === true ? idleEnding(plan, player.failures) : endingOf(plan, player.failures);
    this.sink({ kind: 'end', atMs: stage.clock.nowMs(), lane: 'story', data: { verdict: ending.verdict } });
    return this.result(plan, stage, ending);
  }

  #remark(text: string): void {
    this.sink({ kind: 'note', atMs: 0, lane: 'story', data: { text } });
  }

  result(plan: Plan, stage: Stage, ending: { readonly verdict: Verdict; readonly reason: string | null }): RunResult {
    const { title, about, tags, file, place, caseNumber, caseValues } = plan;
    return {
      plan: { title, about, tags, file, place, caseNumber, caseValues },
      devices: plan.devices.map(({ name }) => name),
      stage: stage.kind,
      seed: this.#options.seed,
      ...ending,
      failures: ending.verdict === 'failed' ? failuresOf(plan, this.#player?.failures ?? [], ending.reason) : [],
      story: this.#story?.records ?? [],
      storyLost: this.#story?.lost ?? 0,
      hash: this.#hash.text,
      storyMs: stage.clock.nowMs(),
      stepsPlayed: this.#player?.stepsPlayed ?? 0,
      expectationsJudged: this.#player?.expectationsJudged ?? 0,
    };
  }
}

/** What keys the draws of a run. Variants draw as their story does, but for what the runs of a family differ in. */
function keyOfDraws(plan: Plan, { seed, part }: { readonly seed: string; readonly part: FamilyPart }): string {
  const { sweep: _, ...given } = plan.caseValues;
  const key = `${seed}/${formatCase({ caseValues: given })}`;
  return varies(plan, part) ? `${key}/run ${plan.variation?.number}` : key;
}

function varies({ variation }: Plan, part: FamilyPart): boolean {
  return variation?.vary.includes(part) === true;
}

function bothOf(first: BeforeStep | undefined, second: BeforeStep | undefined): BeforeStep | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return async (step) => {
    const disturbed: Promise<void> = first(step);
    await disturbed;
    const looked: Promise<void> = second(step);
    await looked;
  };
}

/** A variant that did not come to its point says nothing about it; where time is real, that can happen. */
function idleEnding(
  plan: Plan,
  failures: readonly Failure[],
): { readonly verdict: Verdict; readonly reason: string | null } {
  if (failures.length > 0) return endingOf(plan, failures);
  return { verdict: 'skipped', reason: `the story did not come to its point: ${plan.disturbance?.name}` };
}

/** A plan that is known to fail passes while it does, by the claim that was named, and fails once it holds. */
function endingOf(
  { expectFail }: Plan,
  failures: readonly Failure[],
): { readonly verdict: Verdict; readonly reason: string | null } {
  if (expectFail === null) return { verdict: failures.length === 0 ? 'passed' : 'failed', reason: null };
  if (failures.length === 0) {
    return { verdict: 'failed', reason: `${expectFail} was expected to fail and holds now; take expect-fail out` };
  }
  const isAsExpected = failures.every(({ claim }) => claim === expectFail);
  if (isAsExpected) return { verdict: 'passed', reason: `${expectFail} fails, as expected` };
  return { verdict: 'failed', reason: `something else failed than ${expectFail}` };
}

function failuresOf(plan: Plan, failures: readonly Failure[], reason: string | null): readonly Failure[] {
  if (failures.length > 0 || reason === null) return failures;
  const none = { differences: [], holding: [], why: null, atMs: 0 };
  return [{ claim: 'expect-fail', place: plan.place, sentence: reason, ...none }];
}

/** Whether the end of the plan is judged by a ledger. Keeping one costs a read for each write. */
function asksForAudit({ expect }: Plan): boolean {
  return expect.some(({ checks }) => checks.some(({ expectation }) => expectation === 'invariants'));
}

/** Why a stage can't play a plan, or null when it can. */
function lackOf(plan: Plan, stage: Stage): string | null {
  for (const { ability, place } of needsOf(plan)) {
    if (stage.abilities.has(ability)) continue;
    const where = place === null ? '' : ` (${formatPlace(place)})`;
    return `${stage.kind} can't ${describeAbility(ability)}${where}`;
  }
  return null;
}

/** What a plan needs of its stage, each with the place that needs it. */
function needsOf(plan: Plan): readonly { readonly ability: Ability; readonly place: Place | null }[] {
  const needed: { ability: Ability; place: Place | null }[] = [{ ability: 'devices', place: plan.place }];
  if (plan.registry !== 'guras') needed.push({ ability: plan.registry, place: plan.place });
  if (Object.values(plan.fixtures).some((rows) => rows.length > 0))
    needed.push({ ability: 'seed-rows', place: plan.place });
  if (plan.devices.some(({ shares }) => shares !== undefined)) needed.push({ ability: 'processes', place: plan.place });
  if (plan.devices.some(({ live }) => live === true)) needed.push({ ability: 'live', place: plan.place });
  if (plan.devices.some(({ app }) => app !== undefined)) needed.push({ ability: 'upgrade', place: plan.place });
  if (plan.devices.some(({ clockMs }) => clockMs !== 0)) needed.push({ ability: 'device-clock', place: plan.place });
  if (plan.disturbance !== null) needed.push({ ability: disturbanceNeeds(plan.disturbance), place: plan.place });
  for (const step of walkSteps(plan.steps))
    needed.push(...stepNeeds(step).map((ability) => ({ ability, place: step.place })));
  for (const expectation of plan.expect) {
    needed.push(...expectationsNeed([expectation]).map((ability) => ({ ability, place: expectation.place })));
  }
  return needed;
}

function stepNeeds(step: PlanStep): readonly Ability[] {
  const needs = verbOf(step).needs?.(step.args) ?? [];
  const writes = ['create', 'update', 'delete'].includes(step.verb) && step.actor === 'server';
  return writes ? [...needs, 'write-server', 'read-server'] : needs;
}
