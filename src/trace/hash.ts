import { finishHash, jsonHash, mixHash } from '../lib/json-hash.ts';
import type { TraceRecord } from './record.ts';

/** A hash that rolls over a run's records: two runs with equal records in equal order have equal hashes. */
export class TraceHash {
  #low = 0;
  #high = 0;

  /** Takes the next record. */
  add({ kind, atMs, lane, data }: TraceRecord): void {
    const hash = jsonHash({ kind, atMs, lane, data });
    this.#low = mixHash(this.#low, hash);
    this.#high = mixHash(this.#high, finishHash(hash ^ this.#low));
  }

  /** The hash so far, 16 hex digits. */
  get text(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
