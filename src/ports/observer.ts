import type { EntityKey } from '../core/ids.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Write } from '../core/sync/rows.ts';
import type { Call, CallOutcome } from './transport.ts';

/** Something the engine did, told as data. Listening changes nothing. */
export type Observation =
  | { readonly kind: 'event'; readonly name: string; readonly detail: string }
  | { readonly kind: 'commit'; readonly writes: readonly Write[] }
  | { readonly kind: 'sent'; readonly call: Call }
  | { readonly kind: 'answered'; readonly callId: string; readonly name: CallName; readonly outcome: CallOutcome }
  | { readonly kind: 'dropped'; readonly callId: string; readonly reason: 'earlier life' | 'finished' }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'life'; readonly life: number };

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

/** Listens to one device. Must not throw and must not call the device back. */
export type Observer = (observation: Observation) => void;
