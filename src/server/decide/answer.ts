import type { CatalogueEdit } from '../store/async-store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Write } from './stored.ts';
import { type Entry, entryText } from './verdict-answer.ts';

/** What a decision came to: writes to make in the same transaction, and the JSON text of the answer. */
export interface Answer {
  readonly kind: 'answer';
  readonly writes: readonly Write[];
  readonly body: string;
  /** What it changes in the catalogue, in the same transaction. */
  readonly catalogue?: CatalogueEdit;
  /** What metrics and logs tell of it. */
  readonly facts?: AnswerFacts;
}

/** What happened in a call, for metrics and logs: never a value of a record. */
export interface AnswerFacts {
  /** The verdicts on the changes or resolutions, in the order of the request. */
  readonly verdicts?: readonly { readonly id: string; readonly status: Entry['result']['status'] }[];
  /** Numbers that the cursor of a pull lay behind the user's counter. */
  readonly cursorLag?: number;
}

/** The verdicts of an answer as its facts. */
export function verdictFacts(entries: readonly Entry[]): AnswerFacts {
  return { verdicts: entries.map(({ result: { id, status } }) => ({ id, status })) };
}

/** JSON text of the answer to a push or resolve. */
export function resultsBody(context: Context, draft: Draft, entries: readonly Entry[]): string {
  const results = entries.map((entry) => entryText(draft, entry)).join(',');
  return `{"epoch":${JSON.stringify(context.epoch)},"serverTime":${context.nowMs},"results":[${results}]}`;
}
