import type { Choice, Conflict } from '../core/merge/conflict.ts';
import { canonicalJson, type Json } from '../lib/json.ts';
import type { RowPlace } from './ledger.ts';

/** A question that a device put to its user, as an app would show it. */
export interface Question extends RowPlace {
  readonly device: string;
  readonly kind: Conflict['kind'];
  readonly fields: readonly { readonly name: string; readonly mine: Json; readonly theirs: Json }[];
}

/** What a person said to a question. */
export interface Decision extends Question {
  readonly keep: Choice['keep'];
}

/** Of one run: what people were asked, each question once, and what they decided. */
export class QuestionBook {
  readonly decisions: Decision[] = [];
  readonly #asked = new Map<string, Question>();

  /** Notes a question that a device shows. */
  asked(question: Question): void {
    const { device, entityType, row, kind, fields } = question;
    this.#asked.set(canonicalJson([device, entityType, row, kind, fields.map((one) => ({ ...one }))]), question);
  }

  /** Every question that was seen. */
  all(): readonly Question[] {
    return [...this.#asked.values()];
  }
}
