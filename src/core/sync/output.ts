import type { EntityKey } from '../ids.ts';
import type { Problem } from '../protocol/messages.ts';
import type { Call } from './call.ts';
import type { TimerName } from './event.ts';
import type { Write } from './rows.ts';
import type { State } from './state.ts';
import type { DevicePhase } from './status.ts';

/** What became of a local write. `accepted` means durable. A refusal names the field and the rule; nothing was kept. */
export type WriteOutcome =
  | { readonly ok: true; readonly entityId: string; readonly changeIds: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

/** How a requested sync ended. */
export type SyncOutcome =
  | { readonly ok: true; readonly pushed: number; readonly pulled: number }
  | { readonly ok: false; readonly reason: string; readonly phase: DevicePhase };

/** What the user (or the app) is told. */
export type Notice =
  | { readonly kind: 'syncing' }
  | { readonly kind: 'success'; readonly pushed: number; readonly pulled: number }
  | { readonly kind: 'failed'; readonly reason: string; readonly willRetry: boolean }
  | ({ readonly kind: 'conflict'; readonly changeId: string } & EntityKey)
  | ({ readonly kind: 'parked'; readonly changeId: string; readonly code: string } & EntityKey)
  | ({ readonly kind: 'item'; readonly changeId: string; readonly state: string } & EntityKey)
  | ({ readonly kind: 'record' } & EntityKey)
  | { readonly kind: 'status' };

/** What the driver does after a commit is durable, in order. Data only. */
export type Effect =
  | { readonly kind: 'send'; readonly call: Call }
  | { readonly kind: 'abort'; readonly callId: string }
  | { readonly kind: 'timer'; readonly name: TimerName; readonly delayMs: number }
  | { readonly kind: 'reply'; readonly requestId: string; readonly outcome: SyncOutcome }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'reload'; readonly reason: string };

/** What one event leads to: the next state, what must be durable first, and what happens then. */
export interface StepResult {
  readonly state: State;
  readonly commit: readonly Write[];
  readonly then: readonly Effect[];
  /** The answer to a local write or decision; null for other events. */
  readonly outcome: WriteOutcome | null;
}
