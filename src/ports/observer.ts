import type { CallName } from '../core/protocol/paths.ts';
import type { Notice } from '../core/sync/output.ts';
import type { Write } from '../core/sync/rows.ts';
import type { Call, CallOutcome } from './transport.ts';

export type { Notice } from '../core/sync/output.ts';

/** Something the engine did, told as data. Listening changes nothing. */
export type Observation =
  | { readonly kind: 'event'; readonly name: string; readonly detail: string }
  | { readonly kind: 'commit'; readonly writes: readonly Write[] }
  | { readonly kind: 'sent'; readonly call: Call }
  | { readonly kind: 'answered'; readonly callId: string; readonly name: CallName; readonly outcome: CallOutcome }
  | { readonly kind: 'dropped'; readonly callId: string; readonly reason: 'earlier life' | 'finished' }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'life'; readonly life: number };

/** Listens to one device. Must not throw and must not call the device back. */
export type Observer = (observation: Observation) => void;
