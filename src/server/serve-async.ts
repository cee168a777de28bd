import { defaultLimits, type Limits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import type { Answer } from './decide/answer.ts';
import { needsOf } from './decide/needs.ts';
import type { Refusal } from './decide/refusal.ts';
import {
  answerOf,
  checkVersions,
  decideCall,
  problemAnswer,
  type ServerAnswer,
  type ServerCall,
  type ServerCallName,
} from './decide-call.ts';
import type { Access, AsyncStore } from './store/async-store.ts';

/** What a server decides by. */
export interface AsyncSetup {
  readonly store: AsyncStore;
  readonly registry: Registry;
  /** Bounds that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** Devices with an older data schema are told to update (426). Default 0: none. */
  readonly schemaVersionMin?: number;
}

/** Answers calls: each is decided and written in one transaction of the store, before its promise resolves. */
export type ServeAsync = (call: ServerCall, nowMs: number) => Promise<ServerAnswer>;

/** A pull writes no more than that a device was seen, so it waits for no writer. */
const accessOf: Readonly<Record<ServerCallName, Access>> = {
  push: 'write',
  resolve: 'write',
  rollback: 'write',
  pull: 'note',
  digest: 'read',
  history: 'read',
  devices: 'read',
  export: 'read',
  erase: 'write',
};

/**
 * A server over any store. Pure apart from the store: time comes with each call, nothing is drawn. Rejects with the failure of
 * the store; with `StoreUnavailable` the call may have taken effect, and is answered as it was judged when it is repeated.
 */
export function makeServeAsync({ store, registry, limits: given, schemaVersionMin = 0 }: AsyncSetup): ServeAsync {
  const limits: Limits = { ...defaultLimits, ...given };
  return async (call, nowMs) => {
    const outdated = checkVersions(call, schemaVersionMin);
    if (outdated !== null) return problemAnswer(outdated);
    const task = { user: call.user, access: accessOf[call.name], needs: () => needsOf(registry, call.body) };
    const decision = await store.transact<Answer | Refusal>(task, ({ epoch, view }) => {
      const context = { registry, limits, nowMs, epoch, reads: view, user: view.user() };
      const decided = decideCall(call, context, view);
      if (decided.kind === 'refused') return { value: decided, writes: [] };
      const { writes, catalogue } = decided;
      return { value: decided, writes, ...(catalogue === undefined ? {} : { catalogue }) };
    });
    return answerOf(decision);
  };
}
