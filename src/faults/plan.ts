import type { HttpAnswer } from '../adapters/portable/http-exchange.ts';
import { unreachable } from '../lib/assert.ts';
import { compareText } from '../lib/order.ts';
import { type ArmedFault, afterwards, armed, type FaultScope, isDrawn, matches } from './armed-fault.ts';
import type { Fate, Leg, Loss, Transaction } from './fault.ts';
import { type FaultSetting, fateOf } from './table.ts';

export type { ArmedFault, FaultScope } from './armed-fault.ts';

/** A device without a line. `seen`: `silence` in a partition, `cut` when the phone itself knows that it is offline. */
export interface CutLine {
  readonly device: string;
  readonly seen: Loss;
}

/**
 * The faults of a network: plain data, so that it can be printed, sent and compared. Every change gives a new plan;
 * the same plan and the same transactions in the same order always give the same courses.
 */
export interface FaultPlan {
  /** In the order of arming. */
  readonly armed: readonly ArmedFault[];
  /** Devices without a line and what they notice of it, ordered by device. */
  readonly cut: readonly CutLine[];
  readonly nextId: number;
  /** What draws by rate are keyed by. */
  readonly seed: string;
}

/**
 * What happens to one leg, in this order: it waits for `holds`, for its bytes at `bytesPerSec`, for `delayMs`, and to be
 * overtaken; then `end` happens. `commitAfterMs` (request leg): the server decides that much after the arrival, at its time.
 * `truncatePercent` (response leg) is how much of the body is kept, `truncatePacked` whether that is cut from gzip; `again` (request leg) delivers a second copy
 * `afterMs` after the first was answered, whose answer nobody sees; where `end` answers for the server, it is the only one.
 */
export interface Passage {
  readonly holds: readonly string[];
  readonly delayMs: number;
  readonly bytesPerSec: number | null;
  readonly overtakenWithinMs: number | null;
  readonly commitAfterMs: number;
  readonly truncatePercent: number | null;
  readonly truncatePacked: boolean;
  readonly again: { readonly afterMs: number } | null;
  readonly end:
    | { readonly kind: 'deliver' }
    | { readonly kind: 'drop'; readonly seen: Loss }
    | { readonly kind: 'answer'; readonly answer: HttpAnswer };
}

/** What happens to both legs of one transaction, and the ids of the armed faults that did it. */
export interface Course {
  readonly request: Passage;
  /** Without meaning when the request leg does not end in `deliver`. */
  readonly response: Passage;
  readonly by: readonly number[];
}

/** A network without faults. */
export const noFaults: FaultPlan = { armed: [], cut: [], nextId: 1, seed: '' };

/** The plan with one more fault, after those armed before. */
export function arm(plan: FaultPlan, setting: FaultSetting, scope: FaultScope = {}): FaultPlan {
  return { ...plan, armed: [...plan.armed, armed(plan.nextId, setting, scope)], nextId: plan.nextId + 1 };
}

/** The plan without the faults armed for this device (all faults, when left out), used up or not. Cuts stay. */
export function disarm(plan: FaultPlan, device?: string): FaultPlan {
  return { ...plan, armed: device === undefined ? [] : plan.armed.filter((fault) => fault.device !== device) };
}

/** The plan with this device's line cut: nothing passes in either direction until it is mended. */
export function cutLine(plan: FaultPlan, { device, seen }: CutLine): FaultPlan {
  const others = plan.cut.filter((line) => line.device !== device);
  return { ...plan, cut: [...others, { device, seen }].sort((a, b) => compareText(a.device, b.device)) };
}

/** The plan with this device's line (all lines, when left out) mended. */
export function mendLine(plan: FaultPlan, device?: string): FaultPlan {
  return { ...plan, cut: device === undefined ? [] : plan.cut.filter((line) => line.device !== device) };
}

/**
 * How this device's line is cut, or null when it has one. A network asks again when a response arrives: the line may
 * have been cut meanwhile.
 */
export function cutOf(plan: FaultPlan, device: string): CutLine | null {
  return plan.cut.find((line) => line.device === device) ?? null;
}

/** How long a message needs for its bytes on a leg, whole ms. */
export function widthMs({ bytesPerSec }: Passage, bytes: number): number {
  return bytesPerSec === null ? 0 : Math.ceil((bytes * 1_000) / bytesPerSec);
}

/**
 * The course of a transaction that starts now, and the plan after it. A cut line drops it and consumes nothing.
 * Otherwise armed faults are asked in order. Delays and holds add up; the first fault that ends a leg is the last one
 * that touches it; a leg takes at most one fault of each name. A fault is consumed only by a transaction it touches,
 * and a fault of the response leg only when the request gets through.
 */
export function meet(plan: FaultPlan, transaction: Transaction): { readonly plan: FaultPlan; readonly course: Course } {
  const cut = cutOf(plan, transaction.device);
  if (cut !== null) return { plan, course: { request: lostTo(cut.seen), response: untouched, by: [] } };
  const matching = plan.armed.filter((fault) => fault.setting.fault !== 'lose-hint' && matches(fault, transaction));
  const ready = matching.filter((fault) => fault.skip === 0 && isDrawn(fault, transaction, plan.seed));
  const request = legOf(ready, transaction, 'request');
  const through = request.passage.end.kind === 'deliver';
  const response = through ? legOf(ready, transaction, 'response') : { passage: untouched, by: [] };
  const by = [...new Set([...request.by, ...response.by])].sort((a, b) => a - b);
  const left = plan.armed.flatMap((fault) =>
    afterwards(fault, { met: matching.includes(fault), hit: by.includes(fault.id) }),
  );
  return { plan: { ...plan, armed: left }, course: { request: request.passage, response: response.passage, by } };
}

/** The passage of a leg that no fault touches. */
const untouched: Passage = {
  holds: [],
  delayMs: 0,
  bytesPerSec: null,
  overtakenWithinMs: null,
  commitAfterMs: 0,
  truncatePercent: null,
  truncatePacked: false,
  again: null,
  end: { kind: 'deliver' },
};

function lostTo(seen: Loss): Passage {
  return { ...untouched, end: { kind: 'drop', seen } };
}

function legOf(ready: readonly ArmedFault[], transaction: Transaction, leg: Leg): { passage: Passage; by: number[] } {
  let passage = untouched;
  const by: number[] = [];
  const names = new Set<string>();
  for (const { id, setting } of ready) {
    if (names.has(setting.fault)) continue;
    const fate = fateOf(setting, { ...transaction, leg });
    if (fate.kind === 'pass') continue;
    passage = touched(passage, fate);
    by.push(id);
    names.add(setting.fault);
    if (passage.end.kind !== 'deliver') break;
  }
  return { passage, by };
}

function touched(passage: Passage, fate: Fate): Passage {
  switch (fate.kind) {
    case 'pass':
      return passage;
    case 'drop':
      return { ...passage, end: fate };
    case 'answer':
      return { ...passage, end: fate };
    case 'deliver-after':
      return { ...passage, delayMs: passage.delayMs + fate.delayMs };
    case 'twice':
      return { ...passage, again: { afterMs: fate.afterMs } };
    case 'defer':
      return { ...passage, again: { afterMs: fate.afterMs }, end: { kind: 'answer', answer: fate.answer } };
    case 'truncate':
      return { ...passage, truncatePercent: fate.keepPercent, truncatePacked: fate.packed };
    case 'hold':
      return { ...passage, holds: [...passage.holds, fate.name] };
    case 'commit-late':
      return { ...passage, commitAfterMs: fate.afterMs };
    case 'overtaken':
      return { ...passage, overtakenWithinMs: fate.withinMs };
    case 'narrow':
      return { ...passage, bytesPerSec: fate.bytesPerSec };
    default:
      return unreachable(fate);
  }
}
