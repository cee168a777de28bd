import type { UserId } from '../core/ids.ts';
import { defaultLimits, type Limits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import { protocolVersion } from '../core/protocol/messages.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Answer } from './decide/answer.ts';
import type { Caller, Context } from './decide/context.ts';
import { decideDevices } from './decide/devices.ts';
import { decideDigest } from './decide/digest.ts';
import { decideHistory } from './decide/history.ts';
import { decidePull } from './decide/pull.ts';
import { decidePush } from './decide/push.ts';
import { type Refusal, refuse } from './decide/refusal.ts';
import { decideResolve } from './decide/resolve.ts';
import { decideRollback } from './decide/rollback.ts';
import type { ServerStore, UserView } from './store/store.ts';

/** The calls this server answers: those of the devices, and `rollback`. */
export type ServerCallName = CallName | 'rollback';

/** One call, its user known. */
export interface ServerCall {
  readonly name: ServerCallName;
  readonly user: UserId;
  /** The request's JSON, only read and never kept; for `history` `{ path: [type, id] }`. */
  readonly body: unknown;
  /** What the headers said; null where one was absent. */
  readonly deviceId: string | null;
  readonly protocolVersion: number | null;
  readonly schemaVersion: number | null;
  readonly appVersion: string | null;
}

/** The answer to a call: a status and JSON text, a problem document unless the status is 200. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

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
const reading: ReadonlySet<ServerCallName> = new Set(['digest', 'history', 'devices']);

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
      const decision = decide(call, context, view);
      if (decision.kind === 'answer' && decision.writes.length > 0) view.apply(decision.writes);
      return decision;
    };
    const decision = reading.has(call.name) ? store.read(run) : store.write(run);
    return decision.kind === 'refused' ? problemAnswer(decision) : jsonAnswer(decision.body);
  };
}

function decide(call: ServerCall, context: Context, view: UserView): Answer | Refusal {
  const caller: Caller = { deviceId: call.deviceId, schemaVersion: call.schemaVersion, appVersion: call.appVersion };
  switch (call.name) {
    case 'pull':
      return decidePull(context, view, call.body, caller);
    case 'push':
      return decidePush(context, call.body, caller);
    case 'resolve':
      return decideResolve(context, call.body, caller);
    case 'digest':
      return decideDigest(context, view, call.body, caller);
    case 'history':
      return decideHistory(context, view, call.body);
    case 'devices':
      return decideDevices(context, view);
    case 'rollback':
      return decideRollback(context, view, call.body, caller);
  }
}

function checkVersions(call: ServerCall, schemaVersionMin: number): Refusal | null {
  if (call.protocolVersion !== null && call.protocolVersion !== protocolVersion) {
    return refuse('update_required', `This server speaks version ${protocolVersion} of the protocol.`);
  }
  if (call.schemaVersion !== null && call.schemaVersion < schemaVersionMin) {
    return refuse('update_required', `This server needs version ${schemaVersionMin} of the data or newer.`);
  }
  return null;
}

function jsonAnswer(body: string): ServerAnswer {
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

/** The answer that a refusal is on the wire: a problem document of RFC 9457. */
function problemAnswer({ status, problem }: Refusal): ServerAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: JSON.stringify(problem),
  };
}
