import type * as z from 'zod/mini';
import type { Json } from '../../lib/json.ts';
import type { Stamp } from '../ids.ts';

/** Who may write a field: the user through any device, the server alone, or this one device (never sent). */
export type FieldOwner = 'user' | 'server' | 'device';

/** One field of an entity type. */
export interface Field {
  /** What a value must be. Optional values are nullable; absence and null mean the same. */
  readonly schema: z.ZodMiniType;
  readonly owner: FieldOwner;
  /** Name of the merge rule, built in or given to the registry. Fields of a unit take the unit's rule. */
  readonly merge: string;
  /** The value that an unset field has in merges without a base, and that a reader sees. Absent: null. */
  readonly initial?: Json;
  /** The order of values for rule `forward`, first to last. */
  readonly order?: readonly string[];
}

/** Fields that change together, are judged together and carry one stamp. */
export interface Unit {
  readonly fields: readonly string[];
  readonly merge: string;
}

/** What a merge rule is asked. A unit's values are objects of its fields. Absent values are given as null or initial. */
export interface Clash {
  readonly base: Json;
  readonly local: Json;
  readonly server: Json;
  /** When the local value was meant, in estimated server time; null when the user never set it. */
  readonly localStamp: Stamp | null;
  readonly serverStamp: Stamp | null;
  /** Intents at most this far apart, in ms, are simultaneous. */
  readonly simultaneityMs: number;
  /** The order of values for `forward`; empty otherwise. */
  readonly order: readonly string[];
}

/** What a merge rule answers. `merged` carries a value that may be neither side's. */
export type Ruling =
  | { readonly take: 'local' }
  | { readonly take: 'server' }
  | { readonly take: 'merged'; readonly value: Json }
  | { readonly take: 'ask' };

/** Decides a clash: both sides changed the value, to different values. Total, pure and deterministic. */
export type MergeRule = (clash: Clash) => Ruling;
