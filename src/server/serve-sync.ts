import { defaultLimits, type Limits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import {
  answerOf,
  checkVersions,
  decideCall,
  problemAnswer,
  type ServerAnswer,
  type ServerCall,
  type ServerCallName,
} from './decide-call.ts';
import type { ServerStore } from './store/store.ts';
import { applyEdit } from './store/sync-store.ts';

export type { ServerAnswer, ServerCall, ServerCallName } from './decide-call.ts';

/** What a server decides by. */
export interface ServerSetup {
  readonly store: ServerStore;
  readonly registry: Registry;
  /** Bounds that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** Devices with an older data schema are told to update (426). Default 0: none. */
  readonly schemaVersionMin?: number;
}

/** Answers calls: each is decided and written in one transaction of the store, before this returns. */
export type ServeSync = (call: ServerCall, nowMs: number) => ServerAnswer;

/** Calls that only read, apart from noting that a device was seen. */
const reading: ReadonlySet<ServerCallName> = new Set(['digest', 'history', 'devices', 'export']);

/**
 * A server over a store that answers at once. Pure apart from the store: time comes with each call, nothing is drawn. A
 * failure of the store is thrown, with nothing written.
 */
export function makeServeSync(setup: ServerSetup): ServeSync {
  const { store, registry } = setup;
  const limits: Limits = { ...defaultLimits, ...setup.limits };
  return (call, nowMs) => {
    const outdated = checkVersions(call, setup.schemaVersionMin ?? 0);
    if (outdated !== null) return problemAnswer(outdated);
    const run = () => {
      const view = store.user(call.user);
      const context = { registry, limits, nowMs, epoch: store.epoch(), reads: view, user: view.user() };
      const decision = decideCall(call, context, view);
      if (decision.kind === 'answer' && decision.writes.length > 0) view.apply(decision.writes);
      if (decision.kind === 'answer' && decision.catalogue !== undefined)
        applyEdit(store.catalogue, decision.catalogue);
      return decision;
    };
    const decision = reading.has(call.name) ? store.read(run) : store.write(run);
    return answerOf(decision);
  };
}
