import { hash32 } from '../lib/hash.ts';
import { type TraceRecord, traceLine } from './record.ts';

/** A hash that rolls over a run's records: two runs with equal records in equal order have equal hashes. */
export class TraceHash {
  #low = 0;
  #high = 0;

  /** Takes the next record. */
  add(record: TraceRecord): void {
    const line = traceLine(record);
    this.#low = hash32(line, this.#low);
    this.#high = hash32(line, this.#high, this.#low, 1);
  }

  /** The hash so far, 16 hex digits. */
  get text(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
