import type { Problem } from '../../core/protocol/messages.ts';
import type { HistoryEntry, StoredRow } from './stored.ts';

/** What judging one change or resolution came to, before anything of it is put into a draft. */
export type Outcome =
  | {
      readonly kind: 'applied';
      /** The row as written, or null when there was nothing to write. */
      readonly row: StoredRow | null;
      /** The version the effect has. */
      readonly version: number;
      readonly history: HistoryEntry;
      /** Whether the device has to be told the row, because it can't work it out from its base and its change. */
      readonly showsRow: boolean;
    }
  | { readonly kind: 'conflict'; readonly problem: Problem }
  | { readonly kind: 'rejected'; readonly problem: Problem }
  /** `on`: what it waits for, a change's id or a row's key text. */
  | { readonly kind: 'retry'; readonly problem: Problem; readonly on: string };

/** A clash, with the stable code that says which. */
export function conflict(problem: Problem): Outcome {
  return { kind: 'conflict', problem };
}

/** A change that can't stand as it is. */
export function rejected(problem: Problem): Outcome {
  return { kind: 'rejected', problem };
}
