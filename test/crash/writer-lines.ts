/** What the writer is told, as JSON in its first argument. */
export interface WriterJob {
  readonly file: string;
  readonly url: string;
  readonly seed: string;
  /** Begins the id of every row of this life; unique over all lives. */
  readonly life: string;
  readonly writes: number;
  /** Rows of this device from earlier lives that it may edit. */
  readonly known: readonly string[];
}

/** One write as the writer announces it, right before the call. */
export interface Begun {
  readonly kind: 'begin';
  readonly n: number;
  readonly action: 'create' | 'update' | 'add';
  readonly entityId: string;
  /** The note that a create or update writes; unique. */
  readonly token: string;
  /** The digit that an increment adds one to. */
  readonly slot: number;
}

/** A line of the writer's standard output. `done` follows the answer of the engine. */
export type WriterLine =
  | Begun
  | { readonly kind: 'done'; readonly n: number; readonly changeIds: readonly string[] }
  | { readonly kind: 'refused'; readonly n: number; readonly problem: unknown }
  | { readonly kind: 'idle' };

/** Digits of the counter: an increment of a slot adds this to the power of it, so the sum tells each slot's count. */
export const slotBase = 1_000;
export const slots = 5;
