import type { JsonObject } from '../../lib/json.ts';
import type { Intent } from '../clock/server-clock.ts';
import type { ChangeId, EntityKey, Stamp } from '../ids.ts';
import type { FinalStatus, Problem, Resolution } from '../protocol/messages.ts';

/** What an item does to its row. */
export type Action = 'CREATE' | 'UPDATE' | 'DELETE';

/**
 * Where an item stands. `pending`: may be sent. `inFlight`: in a request on the wire. `unsettled`: was handed to the
 * transport, verdict unknown. `waiting`: behind another item, see `waitsFor`. `parked`: refused, needs a person or a
 * new edit. `failed`: tries spent, tried again on the next trigger. `conflict`: a person must choose.
 */
export type ItemState = 'pending' | 'inFlight' | 'unsettled' | 'waiting' | 'parked' | 'failed' | 'conflict';

/** All states of an item, in the order in which a status names them. */
export const itemStates = [
  'pending',
  'inFlight',
  'unsettled',
  'waiting',
  'parked',
  'failed',
  'conflict',
] as const satisfies readonly ItemState[];

/** Why an item did not get through the last time; `kind` decides, `problem` explains. */
export interface ItemError {
  readonly kind: 'network' | 'authentication' | 'server' | 'validation' | 'conflict';
  readonly problem: Problem;
  readonly atMs: number;
}

/** A decision about an item that clashed or is withdrawn, sent by `resolve` and frozen once handed over. */
export interface PendingResolution {
  readonly body: Resolution;
  /** Whether it was handed to the transport: from then on only a verdict for its id ends it. */
  readonly sent: boolean;
  /** What happens when the server has settled it. */
  readonly then: 'leave' | 'drop' | 'renew' | 'park';
}

/** Whether an item was handed over and is to be taken back: what goes out for it next is a withdrawal. */
export function isWithdrawal(item: Item): boolean {
  return item.resolution?.body.outcome === 'withdraw';
}

/** When some fields were set by one edit. */
export interface FieldIntent extends Intent {
  readonly fields: readonly string[];
}

/** One change that waits for the server. Once `sent`, action, data, increments, base and stamps are frozen. */
export interface Item extends EntityKey {
  readonly id: ChangeId;
  /** Number of the id on the wire: never reused, a new id takes a new one. */
  readonly seq: number;
  /** Place in the device's queue: the order of edits. A change under a new id keeps its place. */
  readonly place: number;
  readonly action: Action;
  /** The version of the data it was handed over in, where that is an older one than this app's: its body is frozen so. */
  readonly schemaVersion?: number;
  /** Fields set by edits that joined it in a later life than the one that made it: its id may be known by what it said before. */
  readonly rejoined?: readonly string[];
  /** What was handed over of it, where it clashed and later edits were folded into it. */
  readonly said?: { readonly data: JsonObject; readonly stamps: Readonly<Record<string, Stamp>> };
  readonly baseVersion: number | null;
  /** A delete and a create of a live row in one: an UPDATE with all the user's fields and the delete's base. */
  readonly revives: boolean;
  /** The fields this change sets. */
  readonly data: JsonObject | null;
  readonly increments: Readonly<Record<string, number>> | null;
  /** When its fields were meant, a field at most once; a DELETE names `*`. */
  readonly intents: readonly FieldIntent[];
  /** Given at first send, empty before. */
  readonly stamps: Readonly<Record<string, Stamp>>;
  /** Device wall time of the newest edit in it, ms. For people only. */
  readonly timestamp: number;
  /** Visible values before the first edit in it, for undo; null when the row did not exist. */
  readonly before: JsonObject | null;
  readonly dependsOn: readonly ChangeId[];
  /** Rows of other types that its data refers to, as `type/id` texts. */
  readonly parents: readonly string[];
  readonly group: string | null;
  readonly groupSize: number;
  readonly state: ItemState;
  /** Whether it was ever handed to the transport. */
  readonly sent: boolean;
  /** The stored verdict, once known, of an item that has to stay: parked, in conflict, or until its row arrives. */
  readonly verdict: FinalStatus | null;
  /** Version its effect has on the server, when applied but the row at that version is not merged yet. */
  readonly settledAt: number | null;
  readonly resolution: PendingResolution | null;
  /** The item this one is behind: it is looked at again when that one leaves or moves. */
  readonly waitsFor: ChangeId | null;
  readonly retryCount: number;
  readonly error: ItemError | null;
  /** Device wall time of the next attempt when the item itself backs off, ms. */
  readonly nextAttemptAt: number | null;
}

/** The intents with those of a newer edit in place of older ones for the same fields. */
export function joinIntents(old: readonly FieldIntent[], next: readonly FieldIntent[]): readonly FieldIntent[] {
  const renewed = new Set(next.flatMap((intent) => intent.fields));
  return [...pickIntents(old, (field) => !renewed.has(field)), ...next];
}

/** The intents of those fields that are wanted. */
export function pickIntents(
  intents: readonly FieldIntent[],
  wanted: (field: string) => boolean,
): readonly FieldIntent[] {
  return intents
    .map((intent) => (intent.fields.every(wanted) ? intent : { ...intent, fields: intent.fields.filter(wanted) }))
    .filter((intent) => intent.fields.length > 0);
}

/** How an item stands that was never handed over. */
export const unsent = {
  state: 'pending',
  sent: false,
  verdict: null,
  settledAt: null,
  resolution: null,
  waitsFor: null,
  retryCount: 0,
  error: null,
  nextAttemptAt: null,
} as const satisfies Partial<Item>;

/** The change under a new identity, as if it had never been handed over: place, body, and when it was meant stay. */
export function asNew(item: Item, identity: { readonly id: ChangeId; readonly seq: number }): Item {
  const { schemaVersion: _frozenIn, rejoined: _known, said: _before, ...rest } = item;
  return {
    ...rest,
    ...identity,
    stamps: carried(item),
    ...unsent,
  };
}

/** The stamps of fields that no edit set, and that only go along. */
function carried({ stamps, intents }: Item): Item['stamps'] {
  const meant = new Set(intents.flatMap(({ fields }) => fields));
  return Object.fromEntries(Object.entries(stamps).filter(([field]) => !meant.has(field)));
}
