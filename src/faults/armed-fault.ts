import type { CallName } from '../core/protocol/paths.ts';
import { hash32 } from '../lib/hash.ts';
import type { Transaction } from './fault.ts';
import type { FaultSetting } from './table.ts';

/** Which transactions a fault waits for. What is left out matches all. */
export interface FaultScope {
  /** The device's name in the story; at a server, what it calls itself. */
  readonly device?: string;
  readonly call?: CallName;
  /** The user that the request names, where transactions tell it. */
  readonly user?: string;
  /** `METHOD /path` or `/path`, a `*` at its end for anything that follows. Without it only calls of the protocol are met. */
  readonly route?: string;
  /** Only from this time on, and before that one: ms of the clock that transactions tell as `atMs`. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Matching transactions it lets pass first, 0 or more; default 0. */
  readonly skip?: number;
  /** Transactions it is applied to, 1 or more, or `every`; default 1. */
  readonly times?: number | 'every';
  /** Of a hundred matching transactions, how many it may touch, 1 to 99: which ones is drawn by its id and their number. Default: all. */
  readonly percent?: number;
}

/** A fault that waits for its transactions. */
export interface ArmedFault {
  /** 1, 2, 3, … in the order of arming; unique in a plan. */
  readonly id: number;
  readonly setting: FaultSetting;
  readonly device: string | null;
  readonly call: CallName | null;
  readonly user: string | null;
  readonly route: string | null;
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  /** Matching transactions still let pass. */
  readonly skip: number;
  /** Transactions still to be hit; null means every one. */
  readonly left: number | null;
  readonly percent: number | null;
  /** Matching transactions since it let the first ones pass. */
  readonly met: number;
}

/** A fault as it waits at first. */
export function armed(id: number, setting: FaultSetting, scope: FaultScope): ArmedFault {
  const { device = null, call = null, user = null, route = null, fromMs = null, untilMs = null } = scope;
  const { skip = 0, times = 1, percent = null } = scope;
  const left = times === 'every' ? null : times;
  return { id, setting, device, call, user, route, fromMs, untilMs, skip, left, percent, met: 0 };
}

/** Whether a fault waits for what this device of this user sends or is sent now, whatever it is. */
export function concerns(
  fault: ArmedFault,
  { device, user, atMs = 0 }: Pick<Transaction, 'device' | 'user' | 'atMs'>,
): boolean {
  if (fault.device !== null && fault.device !== device) return false;
  if (fault.user !== null && fault.user !== user) return false;
  return (fault.fromMs === null || atMs >= fault.fromMs) && (fault.untilMs === null || atMs < fault.untilMs);
}

/** Whether a fault waits for a transaction like this one. */
export function matches(fault: ArmedFault, transaction: Transaction): boolean {
  const { call } = transaction;
  if (!concerns(fault, transaction)) return false;
  if (fault.call !== null) return fault.call === call;
  return fault.route === null ? call !== null : isOnRoute(fault.route, transaction.route ?? '');
}

function isOnRoute(wanted: string, route: string): boolean {
  const target = wanted.startsWith('/') ? route.slice(route.indexOf(' ') + 1) : route;
  return wanted.endsWith('*') ? target.startsWith(wanted.slice(0, -1)) : target === wanted;
}

/** Whether a fault by rate touches this transaction. Always the same ones for the same seed, plan and transactions. */
export function isDrawn({ id, setting, percent, met }: ArmedFault, { turn }: Transaction, seed: string): boolean {
  if (percent === null) return true;
  const drawn =
    turn === undefined
      ? hash32(`${seed}${setting.fault}`, id, met)
      : hash32(`${seed}/${setting.fault}/${turn.of}`, id, turn.n);
  return drawn % 100 < percent;
}

/** What is left of a fault behind a transaction that it `met` by its scope, and perhaps `hit`. */
export function afterwards(
  fault: ArmedFault,
  { met, hit }: { readonly met: boolean; readonly hit: boolean },
): readonly ArmedFault[] {
  if (met && fault.skip > 0) return [{ ...fault, skip: fault.skip - 1 }];
  const next = met && fault.percent !== null ? { ...fault, met: fault.met + 1 } : fault;
  if (!hit || fault.left === null) return [next];
  return fault.left > 1 ? [{ ...next, left: fault.left - 1 }] : [];
}
