import * as z from 'zod';
import { unreachable } from '../lib/assert.ts';
import { type BadGateway, badGateway } from './bad-gateway.ts';
import { type Bandwidth, bandwidth } from './bandwidth.ts';
import { type CaptivePortal, captivePortal } from './captive-portal.ts';
import { type Defer, defer } from './defer.ts';
import { type Delay, delay } from './delay.ts';
import { type Duplicate, duplicate } from './duplicate.ts';
import type { Fate, LegContext } from './fault.ts';
import { type Hold, hold } from './hold.ts';
import { type LateCommit, lateCommit } from './late-commit.ts';
import { type LoseHint, loseHint } from './lose-hint.ts';
import { type LoseRequest, loseRequest } from './lose-request.ts';
import { type LoseResponse, loseResponse } from './lose-response.ts';
import { type Reorder, reorder } from './reorder.ts';
import { type Reset, reset } from './reset.ts';
import { type Status, status } from './status.ts';
import { type Truncate, truncate } from './truncate.ts';

/** Every fault of a request or response leg by its name in scenarios. The order is that of docs and messages. */
export const faultTable = {
  'lose-request': loseRequest,
  'lose-response': loseResponse,
  duplicate,
  defer,
  delay,
  hold,
  status,
  'captive-portal': captivePortal,
  'bad-gateway': badGateway,
  truncate,
  reset,
  reorder,
  bandwidth,
  'late-commit': lateCommit,
  'lose-hint': loseHint,
} as const;

/** Name of a fault: the word for it in scenarios, reports and code. */
export type FaultName = keyof typeof faultTable;

/** A parsed fault: plain data, told apart by `fault`. */
export type FaultSetting =
  | LoseRequest
  | LoseResponse
  | Duplicate
  | Defer
  | Delay
  | Hold
  | Status
  | CaptivePortal
  | BadGateway
  | Truncate
  | Reset
  | Reorder
  | Bandwidth
  | LateCommit
  | LoseHint;

/** What a parsed fault does to a leg. Pure. */
export function fateOf(setting: FaultSetting, leg: LegContext): Fate {
  switch (setting.fault) {
    case 'lose-request':
      return loseRequest.rule(setting, leg);
    case 'lose-response':
      return loseResponse.rule(setting, leg);
    case 'duplicate':
      return duplicate.rule(setting, leg);
    case 'defer':
      return defer.rule(setting, leg);
    case 'delay':
      return delay.rule(setting, leg);
    case 'hold':
      return hold.rule(setting, leg);
    case 'status':
      return status.rule(setting, leg);
    case 'captive-portal':
      return captivePortal.rule(setting, leg);
    case 'bad-gateway':
      return badGateway.rule(setting, leg);
    case 'truncate':
      return truncate.rule(setting, leg);
    case 'reset':
      return reset.rule(setting, leg);
    case 'reorder':
      return reorder.rule(setting, leg);
    case 'bandwidth':
      return bandwidth.rule(setting, leg);
    case 'late-commit':
      return lateCommit.rule(setting, leg);
    case 'lose-hint':
      return loseHint.rule(setting, leg);
    default:
      return unreachable(setting);
  }
}

/**
 * A written fault, parsed: a bare name (`lose-response`) or an object whose one fault name is a key
 * (`{ status: 429, retryAfter: 10s }`). A name that is no fault, and each wrong option, is told with the place.
 */
export const faultSchema: z.ZodType<FaultSetting> = z.union(
  [
    loseRequest.written,
    loseResponse.written,
    duplicate.written,
    defer.written,
    delay.written,
    hold.written,
    status.written,
    captivePortal.written,
    badGateway.written,
    truncate.written,
    reset.written,
    reorder.written,
    bandwidth.written,
    lateCommit.written,
    loseHint.written,
  ],
  { error: (issue) => explain(issue.input) },
);

/** What is wrong with a written fault, in words: the options of the one that was meant, or the names there are. */
function explain(written: unknown): string {
  const name = nameMeant(written);
  if (name === null) return `not a fault; the faults are ${Object.keys(faultTable).join(', ')}`;
  const issues = faultTable[name].written.safeParse(written).error?.issues ?? [];
  const told = issues.flatMap(leaves).map(({ path, message }) => `${path.join('.')}: ${message}`.replace(/^: /, ''));
  return `${name}: ${[...new Set(told)].join('; ')}`;
}

function nameMeant(written: unknown): FaultName | null {
  const words = typeof written === 'object' && written !== null ? Object.keys(written) : [String(written)];
  return (words.find((word) => Object.hasOwn(faultTable, word)) as FaultName | undefined) ?? null;
}

/** The issues inside a union's failed branches that say more than "wrong kind of value". */
function leaves(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inner = issue.errors.flat().flatMap(leaves);
  const deep = inner.filter(({ path }) => path.length > 0);
  return deep.length > 0 ? deep : inner;
}
