import type * as z from 'zod';
import type { HttpAnswer } from '../adapters/portable/http-exchange.ts';
import type { CallName } from '../core/protocol/paths.ts';

/** The two halves of a transaction: the request on its way to the server, the response on its way back. */
export type Leg = 'request' | 'response';

/** One transaction as the network sees it when the request leaves the device. */
export interface Transaction {
  /** The device's name in the story. */
  readonly device: string;
  /** Null for a request that is no call of a device. */
  readonly call: CallName | null;
  /** The server's wall clock, ms: dates in made-up answers are told by it. */
  readonly serverMs: number;
  /** Whose token it carries, where that is seen. */
  readonly user?: string | null;
  /** `METHOD /path`, where that is seen. */
  readonly route?: string;
  /** A clock that nobody sets, ms, where faults have windows. */
  readonly atMs?: number;
  /** Keys draws by rate where senders come in no fixed order: the sender and how many of its requests came before. */
  readonly turn?: { readonly of: string; readonly n: number };
}

/** What a fault looks at: one leg of one transaction. */
export interface LegContext extends Transaction {
  readonly leg: Leg;
}

/**
 * What the device notices when nothing comes back: `cut` the connection closes, `reset` it is reset, `silence`
 * nothing at all until its own timeout.
 */
export type Loss = 'cut' | 'reset' | 'silence';

/**
 * What a fault does to a leg.
 *
 * - `pass`: nothing; the fault is not consumed.
 * - `drop`: the message never arrives. On the response leg the server has done its work.
 * - `answer`: the device gets this answer. On the request leg the server never sees the request; on the response leg
 *   the answer stands in for the server's own.
 * - `deliver-after`: the message arrives `delayMs` later, on the story's clock.
 * - `twice` (request leg): the server gets the request again, `afterMs` after its first answer; the device sees only the
 *   first answer.
 * - `defer` (request leg): the device gets this answer now, and the server gets the request `afterMs` later.
 * - `truncate` (response leg): only the first `keepPercent` (0 to 99) of the body arrives, as a whole message; `packed`: of
 *   the body as gzip packs it.
 * - `hold`: the message waits until `name` is released.
 * - `commit-late` (request leg): the server reads its clock when the request arrives, and decides and commits `afterMs` later.
 * - `overtaken`: the message waits until another one of this leg and device has arrived, at most `withinMs`.
 * - `narrow`: the message takes as long as its bytes need at `bytesPerSec`.
 */
export type Fate =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop'; readonly seen: Loss }
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'deliver-after'; readonly delayMs: number }
  | { readonly kind: 'twice'; readonly afterMs: number }
  | { readonly kind: 'defer'; readonly answer: HttpAnswer; readonly afterMs: number }
  | { readonly kind: 'truncate'; readonly keepPercent: number; readonly packed: boolean }
  | { readonly kind: 'hold'; readonly name: string }
  | { readonly kind: 'commit-late'; readonly afterMs: number }
  | { readonly kind: 'overtaken'; readonly withinMs: number }
  | { readonly kind: 'narrow'; readonly bytesPerSec: number };

/** The fate of a leg that a fault does not touch. */
export const pass: Fate = { kind: 'pass' };

/** One kind of fault: how it is written, and what it does. `Setting` is the parsed form, plain data. */
export interface Fault<Setting extends { readonly fault: string }> {
  /** One line for people: what happens, and what the device notices. */
  readonly about: string;
  /** The written forms, parsed to the setting: a bare name where no option is needed, else an object. */
  readonly written: z.ZodType<Setting>;
  /** Pure: what this fault does to a leg. */
  rule(setting: Setting, leg: LegContext): Fate;
}
