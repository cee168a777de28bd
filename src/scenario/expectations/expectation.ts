import type * as z from 'zod';
import type { Json } from '../../lib/json.ts';
import type { Awaitable } from '../../ports/storage.ts';
import type { Ability } from '../../stage/ability.ts';
import type { StageDevice } from '../../stage/device.ts';
import type { Difference } from '../judgement.ts';
import type { Mentions } from '../mentions.ts';
import type { Scene, Subject } from '../scene.ts';

/** Who an expectation can be about. */
export type SubjectKind = 'device' | 'server';

/** How a subject differs from what is expected; the player adds who, and as claim the expectation unless it is named. */
export type Finding = Omit<Difference, 'subject' | 'claim'> & { readonly claim?: string };

/** One kind of expectation: how it is written and how it is judged. `Args` is what its schema gives. */
export interface ExpectationOf<Args> {
  /** The key that names it; `row` stands for every key of the form type/id. */
  readonly name: string;
  readonly about: string;
  readonly subjects: readonly SubjectKind[];
  /** The value of its key when only the word is written (`all: synced`); absent when it needs one. */
  readonly bare?: Json;
  /** A whole entry of `expect` as YAML; a test checks that lint takes it. */
  readonly example: string;
  needs?(args: Args, subject: SubjectKind): readonly Ability[];
  mentions?(args: Args): Mentions;
  /** What is expected, following the subject's name: `queue is 0`. */
  tell(args: Args): string;
  /** Every way in which the subject differs; nothing when it is as expected. Changes nothing. */
  judge(args: Args, subject: Subject, scene: Scene): Awaitable<readonly Finding[]>;
  /** For `all`: what must hold of the devices taken together, asked only when each holds by itself. */
  judgeTogether?(args: Args, devices: readonly StageDevice[], scene: Scene): Awaitable<readonly Finding[]>;
}

/** An expectation with its schema, its arguments' type forgotten: an entry of the table. */
export interface Expectation extends ExpectationOf<unknown> {
  readonly schema: z.ZodType;
}

/** Ties an expectation to its schema. The player only ever gives it what that schema made. */
export function defineExpectation<Schema extends z.ZodType>(
  schema: Schema,
  expectation: ExpectationOf<z.output<Schema>>,
): Expectation {
  return { ...(expectation as ExpectationOf<unknown>), schema };
}

/** One finding in the usual words: `has <what> <actual>, not <expected>`. */
export function differs(what: string, actual: string, expected: string): Finding {
  return { text: `has ${what} ${actual}, not ${expected}`, actual, expected };
}
