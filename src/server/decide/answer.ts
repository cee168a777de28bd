import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Write } from './stored.ts';
import { type Entry, entryText } from './verdict-answer.ts';

/** What a decision came to: writes to make in the same transaction, and the JSON text of the answer. */
export interface Answer {
  readonly kind: 'answer';
  readonly writes: readonly Write[];
  readonly body: string;
}

/** JSON text of the answer to a push or resolve. */
export function resultsBody(context: Context, draft: Draft, entries: readonly Entry[]): string {
  const results = entries.map((entry) => entryText(draft, entry)).join(',');
  return `{"epoch":${JSON.stringify(context.epoch)},"serverTime":${context.nowMs},"results":[${results}]}`;
}
