import { present } from '../lib/assert.ts';
import type { KeyedRandom } from '../lib/keyed-random.ts';
import { StorageError } from '../ports/storage.ts';
import { AppDied } from '../stage/crashing-storage.ts';
import type { Stage } from '../stage/stage.ts';
import { type TraceKind, type TraceSink, traceData } from '../trace/record.ts';
import type { Audit } from './audit.ts';
import type { BeforeStep } from './before-step.ts';
import { judge, subjectOf } from './judge.ts';
import { type Difference, describeJudgement, type Judgement } from './judgement.ts';
import { LabelBook } from './label-book.ts';
import type { Place } from './language/place.ts';
import type { LifeOfChanges } from './life-of-changes.ts';
import type { Plan, PlanExpectation, PlanStep } from './plan.ts';
import type { Failure } from './result.ts';
import { failed, type Scene, type StepEnd, type StepFailed, type Subject, type Wait } from './scene.ts';
import { tellExpectation } from './steps/checks.ts';
import { joinWaits } from './steps/join-waits.ts';
import { formatStoryTime } from './story-time.ts';
import { verbOf } from './verb-of.ts';

/** What a player works with. */
export interface PlayerParts {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly random: KeyedRandom;
  readonly trace: TraceSink;
  /** Null when nobody asks why something failed. */
  readonly lives: LifeOfChanges | null;
  readonly beforeStep: BeforeStep | undefined;
  /** Waited for after the last step, before the expectations at the end are judged. */
  readonly beforeEnd: () => Promise<void>;
  readonly audit: Audit | null;
}

/** Plays the steps of one plan on a stage and notes what fails. The story stops at the first failed step. */
export class Player {
  readonly failures: Failure[] = [];
  stepsPlayed = 0;
  expectationsJudged = 0;
  readonly #parts: PlayerParts;
  readonly #labels = new LabelBook();
  readonly #draws = new Map<string, number>();
  /** Expectations that must not hold now, innermost last. */
  readonly #never: PlanExpectation[] = [];

  constructor(parts: PlayerParts) {
    this.#parts = parts;
  }

  /** Plays all steps, then judges what the plan expects at its end. */
  async playPlan(): Promise<void> {
    const { plan, beforeEnd } = this.#parts;
    const end = await this.#playAll(plan.steps);
    if (end !== null) return;
    await beforeEnd();
    await this.#expectNow(plan.expect);
  }

  async #playAll(steps: readonly PlanStep[]): Promise<StepFailed | null> {
    for (const step of steps) {
      const failure = await this.#playStep(step);
      if (failure === null) continue;
      if (!failure.isNoted) await this.#note(failure, step.place);
      return { ...failure, isNoted: true };
    }
    return null;
  }

  async #playStep(step: PlanStep): Promise<StepFailed | null> {
    const end = await this.#begin(step);
    if (end?.kind === 'failed') return end;
    if (end !== null) return this.#waitFor(end);
    return this.#violation();
  }

  async #begin(step: PlanStep): Promise<StepEnd> {
    const verb = verbOf(step);
    this.stepsPlayed += 1;
    if (step.verb !== 'phase' && step.verb !== 'note') {
      const text = `${step.actor} ${verb.tell(step.args)}`;
      const { beforeStep, stage } = this.#parts;
      const looked: Promise<void> | undefined = beforeStep?.({ text, place: step.place, stage });
      if (looked !== undefined) await looked;
      const at = step.place === null ? null : { line: step.place.line, col: step.place.col };
      this.#tell('step', laneOf(step.actor), {
        actor: step.actor,
        text,
        place: at,
      });
    }
    const waits: Wait[] = [];
    for (const subject of this.#subjectsOf(step, verb.judges === true)) {
      const end = await this.#act(() => verb.play(step.args, this.#scene(subject)));
      if (end?.kind === 'failed') return end;
      if (end !== null) waits.push(end);
    }
    return joinWaits(waits);
  }

  /** A store that fails is something a story may provoke: the step fails and says so. A step that the app dies in ends. */
  async #act(play: () => StepEnd | Promise<StepEnd>): Promise<StepEnd> {
    try {
      return await play();
    } catch (error) {
      if (error instanceof AppDied) return null;
      if (!(error instanceof StorageError)) throw error;
      return failed('storage', `the store failed (${error.code}): ${error.message}`);
    }
  }

  #subjectsOf({ actor }: PlanStep, judges: boolean): readonly Subject[] {
    const { devices } = this.#parts.stage;
    if (actor === 'all') return judges ? [{ kind: 'all', name: 'all' }] : [...devices.values()].map(subjectOf);
    return [this.#subjectNamed(actor)];
  }

  #subjectNamed(name: string): Subject {
    if (name === 'all') return { kind: 'all', name };
    if (name === 'server' || name === 'network' || name === 'clock' || name === 'story') return { kind: name, name };
    return subjectOf(present(this.#parts.stage.devices.get(name), `the stage has the device ${name}`));
  }

  #scene(subject: Subject): Scene {
    const { stage, plan, audit } = this.#parts;
    return {
      stage,
      audit,
      plan,
      subject,
      labels: this.#labels,
      draw: (bound, label) => this.#draw(bound, label),
      tell: (kind, data) => this.#tell(kind, laneOf(subject.name), data),
      judge: (checks, of) => judge(checks, of, this.#scene(of)),
      begin: (step) => this.#begin(step),
      playWatched: (steps, never) => this.#playWatched(steps, never),
      expectNow: (expectations) => this.#expectNow(expectations),
    };
  }

  #draw(bound: number, label: string): number {
    const counter = this.#draws.get(label) ?? 0;
    this.#draws.set(label, counter + 1);
    return this.#parts.random.below(bound, label, counter);
  }

  async #playWatched(steps: readonly PlanStep[], never: readonly PlanExpectation[]): Promise<StepEnd> {
    this.#never.push(...never);
    const failure = (await this.#violation()) ?? (await this.#playAll(steps));
    this.#never.splice(this.#never.length - never.length);
    return failure;
  }

  /** The first watched expectation that holds though it never should. */
  async #violation(): Promise<StepFailed | null> {
    for (const expectation of this.#never) {
      const { differences } = await this.#judge(expectation);
      if (differences.length === 0) return failed('never', `${tellExpectation(expectation)}, which must never be`);
    }
    return null;
  }

  #judge({ subject, checks }: PlanExpectation): Promise<Judgement> {
    const of = this.#subjectNamed(subject);
    return judge(checks, of, this.#scene(of));
  }

  async #waitFor(wait: Wait): Promise<StepFailed | null> {
    let violation: StepFailed | null = null;
    const { stage } = this.#parts;
    const startedMs = stage.clock.nowMs();
    const standing = await stage.runUntil(async () => {
      violation ??= await this.#violation();
      return violation === null ? wait.condition() : { holds: true };
    }, wait.withinMs);
    if (violation !== null) return violation;
    if (standing.holds) return wait.failure?.() ?? null;
    const waited = formatStoryTime(stage.clock.nowMs() - startedMs);
    const judgement = await wait.differing?.();
    const sentence = `${standing.because}; waited ${waited} for: ${wait.waitsFor}`;
    return { ...failed(judgement?.differences[0]?.claim ?? 'deadline', sentence), ...(judgement ? { judgement } : {}) };
  }

  async #expectNow(expectations: readonly PlanExpectation[]): Promise<StepFailed | null> {
    let failure: StepFailed | null = null;
    for (const expectation of expectations) {
      const judgement = await this.#judge(expectation);
      const because = describeJudgement(judgement);
      this.expectationsJudged += 1;
      this.#tell('expect', laneOf(expectation.subject), {
        text: tellExpectation(expectation),
        holds: because === '',
        because,
      });
      if (because === '') continue;
      const claim = judgement.differences[0]?.claim ?? 'expect';
      failure = { ...failed(claim, because), judgement, isNoted: true };
      await this.#note(failure, expectation.place);
    }
    return failure;
  }

  async #note({ claim, sentence, judgement }: StepFailed, place: Place | null): Promise<void> {
    const differences = judgement?.differences ?? [];
    const why = await this.#why(differences);
    const { stage } = this.#parts;
    const holding = judgement?.holding ?? [];
    this.failures.push({ claim, place, atMs: stage.clock.nowMs(), sentence, differences, holding, why });
  }

  /** The life of the change that the first difference is about. */
  async #why(differences: readonly Difference[]): Promise<string | null> {
    const { stage, lives } = this.#parts;
    if (lives === null) return null;
    for (const { row, label, subject } of differences) {
      const lines = label === undefined ? [] : await this.#labels.lines(label, stage);
      const ids = lines.flatMap(({ changeIds }) => changeIds);
      const device = stage.devices.has(subject) ? { device: subject } : {};
      const told = lives.tell({ ...(row === undefined ? {} : { row }), ids, ...device });
      if (told !== null) return told;
    }
    return null;
  }

  #tell(kind: TraceKind, lane: string, data: Readonly<Record<string, unknown>>): void {
    this.#parts.trace({ kind, atMs: this.#parts.stage.clock.nowMs(), lane, data: traceData(data) });
  }
}

/** Steps of `all`, the clock and the story stand on the story's own lane. */
function laneOf(actor: string): string {
  return actor === 'all' || actor === 'clock' ? 'story' : actor;
}
