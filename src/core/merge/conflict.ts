import type { Json, JsonObject } from '../../lib/json.ts';
import type { Intent } from '../clock/server-clock.ts';
import type { ChangeId, EntityKey, Stamp } from '../ids.ts';

/** One field or unit that a person must decide. A unit's values are objects of its fields. */
export interface DisputedField {
  /** Field or unit name. */
  readonly name: string;
  readonly base: Json;
  readonly mine: Json;
  readonly theirs: Json;
  readonly mineIntent: Intent | null;
  /** Set when the change was stamped before it clashed. */
  readonly mineStamp: Stamp | null;
  readonly theirsStamp: Stamp | null;
}

/** An open question to the user about one row. */
export interface Conflict extends EntityKey {
  /** The change that clashed; the resolution names it. */
  readonly changeId: ChangeId;
  /** `fields`: values differ. `delete`: one side deleted the row. `invalid`: the merge breaks the schema. */
  readonly kind: 'fields' | 'delete' | 'invalid';
  readonly fields: readonly DisputedField[];
  /** For `delete`: which side deleted. */
  readonly deletedBy: 'mine' | 'theirs' | null;
  /** For a delete by the other side: the row as this device knew it before, so that keeping it brings all of it back. */
  readonly before: JsonObject | null;
  /** The server's row as known now, for showing. */
  readonly theirsData: JsonObject | null;
  readonly theirsVersion: number;
  /** Device wall time, ms. */
  readonly openedAt: number;
  /** Whether the change belongs to a group: then the decision pushes the whole group again. */
  readonly grouped: boolean;
}

/** What a person decided: one side for all, or a value per field or unit. */
export type Choice =
  | { readonly keep: 'mine' }
  | { readonly keep: 'theirs' }
  | { readonly keep: 'merge'; readonly values: JsonObject };
