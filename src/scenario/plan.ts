import type { Pins } from '../lib/pins.ts';
import type { DeviceSetup, FixtureRow, StageSetup } from '../stage/stage.ts';
import type { Place } from './language/place.ts';
import type { Scalar } from './language/substitute.ts';
import type { Disturbance } from './sweep/disturbance.ts';
import type { Family, Variation } from './sweep/family.ts';
import type { SweepKeyword } from './sweep/keywords.ts';

/** One thing expected of a device or the server, by the name of its entry in the table of expectations. */
export interface PlanCheck {
  readonly expectation: string;
  /** As the expectation's own schema parsed it: plain data. */
  readonly args: unknown;
  readonly place: Place | null;
}

/** What is expected of one subject: all checks must hold together. */
export interface PlanExpectation {
  /** A device's name, `all` or `server`. */
  readonly subject: string;
  readonly checks: readonly PlanCheck[];
  readonly place: Place | null;
}

/** One step: who does what, by the name of the verb's entry in the table of steps. */
export interface PlanStep {
  /** A device's name, `all`, `server`, `network`, `clock` or `story`. */
  readonly actor: string;
  readonly verb: string;
  /** As the verb's own schema parsed it: plain data; nested steps and checks in their plan form. */
  readonly args: unknown;
  readonly place: Place | null;
}

/**
 * The one form of a story: written by hand, drawn at random, shrunk or recorded. Plain data, nothing left to look up:
 * fixtures are rows, matrix values are put in. A file with a matrix gives one plan for each case.
 */
export interface Plan {
  readonly title: string;
  readonly about: string;
  readonly tags: readonly string[];
  /** The file it was read from, or null. */
  readonly file: string | null;
  readonly place: Place | null;
  /** Which case of the file, from 1, and the matrix values that make it. */
  readonly caseNumber: number;
  readonly caseValues: Readonly<Record<string, Scalar>>;
  readonly devices: readonly DeviceSetup[];
  /** The entity types the story is about. */
  readonly registry: StageSetup['registry'];
  /** Where simulated devices keep their data. */
  readonly disk: NonNullable<StageSetup['disk']>;
  /** Draws of a simulated world that are held to a value, by their names. */
  readonly pins: Pins;
  readonly serverLimits: StageSetup['serverLimits'];
  readonly fixtures: Readonly<Record<string, readonly FixtureRow[]>>;
  readonly steps: readonly PlanStep[];
  /** Judged once, after the last step. */
  readonly expect: readonly PlanExpectation[];
  /** The claim that is known to fail; the plan turns red when it holds. Null for ordinary plans. */
  readonly expectFail: string | null;
  /** How the story is to be swept where somebody asks for its variants; null: not at all. */
  readonly sweep: SweepKeyword | null;
  /** The random family that the story is; null: it is one story. */
  readonly family: Family | null;
  /** Which run of its family this is; null: the story as written. */
  readonly variation: Variation | null;
  /** What is added to the story in this variant of a sweep; null: nothing. */
  readonly disturbance: Disturbance | null;
}

/** The matrix values of a case as text, `phoneClock=-3h, killed=true`; empty for a file without a matrix. */
export function formatCase(plan: Pick<Plan, 'caseValues'>): string {
  return Object.entries(plan.caseValues)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

/** The name of a variant: the point at which it is disturbed, or the run of a family; null for what is no variant. */
export function pointOf({ caseValues }: Pick<Plan, 'caseValues'>): string | null {
  return typeof caseValues.sweep === 'string' ? caseValues.sweep : null;
}
