import type { JsonObject } from '../../lib/json.ts';
import type { Reading } from '../clock/server-clock.ts';
import type { ChangeId, UserId } from '../ids.ts';
import type { Choice } from '../merge/conflict.ts';
import type { CallOutcome } from './call.ts';

/** One edit of one row, as the app asks for it. */
export type Edit =
  | { readonly action: 'create'; readonly entityType: string; readonly entityId?: string; readonly data: JsonObject }
  | {
      readonly action: 'update';
      readonly entityType: string;
      readonly entityId: string;
      readonly set?: JsonObject;
      /** Counter fields and what to add to them. */
      readonly add?: Readonly<Record<string, number>>;
    }
  | { readonly action: 'delete'; readonly entityType: string; readonly entityId: string };

/** What a sync request asks for. `type` is `all` for the named entity types. */
export type RunKind = 'all' | 'type' | 'push' | 'pull';

/** What a person decides about the queue or a conflict. */
export type Decision =
  | { readonly kind: 'choose'; readonly changeId: ChangeId; readonly choice: Choice }
  | { readonly kind: 'undo'; readonly changeId: ChangeId }
  | { readonly kind: 'retry'; readonly changeId: ChangeId }
  | { readonly kind: 'drop'; readonly changeId: ChangeId }
  | { readonly kind: 'repair' };

/**
 * What can happen to a device. Every event carries what the device's clocks said; time never comes from a call. `more`: others
 * follow at once, and nothing is sent before they are taken.
 */
export type Event = { readonly at: Reading; readonly more?: true } & (
  | { readonly kind: 'edit'; readonly edits: readonly Edit[]; readonly grouped: boolean }
  | { readonly kind: 'decide'; readonly decision: Decision }
  | {
      readonly kind: 'start';
      readonly automatic: boolean;
      readonly online: boolean;
      /** Names the process in the lease. */
      readonly holder: string;
      /** Whether no other process can have the store open: then the lease is free and needs no heartbeat. */
      readonly exclusive: boolean;
      /** A holder that is known to be gone, so that its lease need not be watched until it counts as dead. */
      readonly gone: string | null;
    }
  | {
      readonly kind: 'request';
      readonly requestId: string;
      readonly run: RunKind;
      readonly types: readonly string[] | null;
    }
  | { readonly kind: 'outcome'; readonly life: number; readonly callId: string; readonly outcome: CallOutcome }
  | { readonly kind: 'timer'; readonly life: number; readonly name: TimerName }
  | { readonly kind: 'online'; readonly online: boolean }
  | { readonly kind: 'switch'; readonly offline: boolean }
  | { readonly kind: 'foreground' }
  | { readonly kind: 'signed-in'; readonly userId: UserId | null }
  | { readonly kind: 'foreign-change' }
  /** The server says, or lets assume, that rows may have changed there. */
  | { readonly kind: 'hint' }
  /** All that followed at once was taken: what may be sent is sent now. */
  | { readonly kind: 'go-on' }
  | { readonly kind: 'stop' }
);

/** The engine's timers: one of each name at most. */
export type TimerName = 'backoff' | 'poll' | 'probe' | 'holds' | 'beat' | 'lease';
