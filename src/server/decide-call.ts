import type { UserId } from '../core/ids.ts';
import { protocolVersion } from '../core/protocol/messages.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Answer, AnswerFacts } from './decide/answer.ts';
import type { Caller, Context } from './decide/context.ts';
import { decideDevices } from './decide/devices.ts';
import { decideDigest } from './decide/digest.ts';
import { decideErase } from './decide/erase.ts';
import { decideExport } from './decide/export.ts';
import { decideHistory } from './decide/history.ts';
import { decidePull } from './decide/pull.ts';
import { decidePush } from './decide/push.ts';
import { type Refusal, refuse } from './decide/refusal.ts';
import { decideResolve } from './decide/resolve.ts';
import { decideRollback } from './decide/rollback.ts';
import type { Scans } from './decide/scans.ts';

/** The calls this server answers: those of the devices, and those of users about their data. */
export type ServerCallName = CallName | 'rollback' | 'erase' | 'export';

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
  /** What metrics and logs tell of it; absent when nothing was judged. */
  readonly facts?: AnswerFacts;
}

/** Decides a call about what its user's data looks like. Pure. */
export function decideCall(call: ServerCall, context: Context, view: Scans): Answer | Refusal {
  if (context.user.erasedAt !== undefined && call.name !== 'erase') return refuse('user_erased');
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
    case 'erase':
      return decideErase(context, view);
    case 'export':
      return decideExport(context, view);
  }
}

/** The refusal of a call in another version of the protocol or of the data; null when it can be decided. */
export function checkVersions(call: ServerCall, schemaVersionMin: number): Refusal | null {
  if (call.protocolVersion !== null && call.protocolVersion !== protocolVersion) {
    return refuse('update_required', `This server speaks version ${protocolVersion} of the protocol.`);
  }
  if (call.schemaVersion !== null && call.schemaVersion < schemaVersionMin) {
    return refuse('update_required', `This server needs version ${schemaVersionMin} of the data or newer.`);
  }
  return null;
}

/** What a decision is on the wire. */
export function answerOf(decision: Answer | Refusal): ServerAnswer {
  if (decision.kind === 'refused') return problemAnswer(decision);
  const { body, facts } = decision;
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, headers, body, ...(facts === undefined ? {} : { facts }) };
}

/** The answer that a refusal is on the wire: a problem document of RFC 9457. */
export function problemAnswer({ status, problem }: Refusal): ServerAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: JSON.stringify(problem),
  };
}
