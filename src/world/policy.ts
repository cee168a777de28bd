import type { MergeRule } from '../core/model/field.ts';
import type { Json } from '../lib/json.ts';

/** One of two values that clash, as the ledger knows it. */
export interface Side {
  readonly value: Json;
  /** True time of the intent, ms of the story. */
  readonly atMs: number;
  /** How far its stamp may lie before that, ms; null when nobody can say. */
  readonly errorMs: number | null;
}

/** Two values of one field, written by people who had not seen each other's. */
export interface PolicyQuestion {
  /** What the writer's device holds when it meets the other. */
  readonly mine: Side;
  /** What stood on the server before. */
  readonly theirs: Side;
  /** Intents at most this far apart are simultaneous. */
  readonly windowMs: number;
  /** For `forward`: the steps, first to last. */
  readonly order: readonly string[];
  /** Rules of the registry's own. */
  readonly rules: Readonly<Record<string, MergeRule>>;
}

/** What a policy names: one of the two, a person's decision, or nothing that can be told from outside. */
export type Named = 'mine' | 'theirs' | 'ask' | 'unsure';

/** Which of two clashing values a policy names. Written from the design's text, not from the merge. */
export function namedBy(policy: string, question: PolicyQuestion): Named {
  const [mine, theirs] = [question.mine.value, question.theirs.value];
  switch (policy) {
    case 'server':
      return 'theirs';
    case 'local':
      return 'mine';
    case 'ask':
      return 'ask';
    case 'latest':
      return later(question);
    case 'max':
      return typeof mine === 'number' && typeof theirs === 'number' ? greater(mine, theirs) : 'unsure';
    case 'min':
      return typeof mine === 'number' && typeof theirs === 'number' ? greater(-mine, -theirs) : 'unsure';
    case 'forward':
      return greater(question.order.indexOf(String(mine)), question.order.indexOf(String(theirs)));
    default:
      return ownRule(policy, question);
  }
}

/** The later intent; the server's when they are simultaneous. Stamps may lie before the true time, never after. */
function later({ mine, theirs, windowMs }: PolicyQuestion): Named {
  if (mine.errorMs === null || theirs.errorMs === null) return 'unsure';
  const apartMs = mine.atMs - theirs.atMs;
  if (apartMs - mine.errorMs > windowMs) return 'mine';
  return apartMs + theirs.errorMs <= windowMs ? 'theirs' : 'unsure';
}

function greater(mine: number, theirs: number): Named {
  return mine > theirs ? 'mine' : 'theirs';
}

/** A registry's rule knows no stamps here: one that asks for them tells nothing. */
function ownRule(policy: string, { mine, theirs, rules }: PolicyQuestion): Named {
  const rule = rules[policy];
  if (rule === undefined) return 'unsure';
  const sides = { base: null, local: mine.value, server: theirs.value, order: [] };
  const ruling = rule({ ...sides, localStamp: null, serverStamp: null, simultaneityMs: 0 });
  if (ruling.take === 'merged') return 'unsure';
  if (ruling.take === 'ask') return 'ask';
  return ruling.take === 'local' ? 'mine' : 'theirs';
}
