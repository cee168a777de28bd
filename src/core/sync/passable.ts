import type { ChangeId } from '../ids.ts';
import type { Conflict } from '../merge/conflict.ts';

/** The item that holds nothing up: its disputed fields stand in the conflict record alone. Null when there is none. */
export function passable(conflict: Conflict | null): ChangeId | null {
  return conflict !== null && (conflict.kind === 'fields' || conflict.kind === 'invalid') && !conflict.grouped
    ? conflict.changeId
    : null;
}
