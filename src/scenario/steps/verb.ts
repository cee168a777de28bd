import type * as z from 'zod';
import type { Json } from '../../lib/json.ts';
import type { Awaitable } from '../../ports/storage.ts';
import type { Ability } from '../../stage/ability.ts';
import type { Mentions } from '../mentions.ts';
import type { Scene, StepEnd } from '../scene.ts';

/** Who may do a step. `story` steps have no actor before them. */
export type ActorKind = 'device' | 'server' | 'network' | 'clock' | 'story';

/** One kind of step: how it is written, what it needs and how it is played. `Args` is what its schema gives. */
export interface VerbOf<Args> {
  /** The key that names it. */
  readonly name: string;
  /** One or two sentences for docs and editors. */
  readonly about: string;
  readonly actors: readonly ActorKind[];
  /** The value of its key when only the word is written (`phone: offline`); absent when it needs one. */
  readonly bare?: Json;
  /** A whole step as YAML; a test checks that lint takes it. */
  readonly example: string;
  /** Whether it plays other steps itself: such a step can't stand in `together`. */
  readonly composite?: boolean;
  /** Whether it judges its subject: then `all` is one subject, not each device after the other. */
  readonly judges?: boolean;
  needs?(args: Args): readonly Ability[];
  mentions?(args: Args): Mentions;
  /** What the step does, following the actor's name in the story: `updates meditation/s1: rating 5`. */
  tell(args: Args): string;
  /** Acts at this instant; what takes time is answered as a wait. */
  play(args: Args, scene: Scene): Awaitable<StepEnd>;
}

/** How long a step waits that names no deadline, ms: longer than any backoff and any poll of the defaults. */
export const defaultWithinMs = 15 * 60_000;

/** A verb with its schema, its arguments' type forgotten: an entry of the table. */
export interface Verb extends VerbOf<unknown> {
  /** The whole mapping, the verb's own key included. */
  readonly schema: z.ZodObject;
}

/** Ties a verb to its schema. The player only ever gives it what that schema made. */
export function defineVerb<Schema extends z.ZodObject>(schema: Schema, verb: VerbOf<z.output<Schema>>): Verb {
  return { ...(verb as VerbOf<unknown>), schema };
}
