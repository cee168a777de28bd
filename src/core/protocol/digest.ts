import { canonicalJson, type JsonObject } from '../../lib/json.ts';
import { sha256, sha256Hex } from '../../lib/sha256.ts';

/** A live row as received, as far as a digest covers it: the user's part with its version. */
export interface DigestRow {
  readonly entityType: string;
  readonly entityId: string;
  readonly version: number;
  readonly data: JsonObject | null;
}

/** Sums rows of one entity type into what a digest says of it. Order of the rows has no influence. */
export class DigestSum {
  #count = 0;
  #high = 0;
  #low = 0;

  /** Adds one live row of the user's part. */
  add({ entityType, entityId, version, data }: DigestRow): void {
    const words = sha256(canonicalJson([entityType, entityId, version, data]));
    const low = this.#low + (words[1] as number);
    this.#low = low >>> 0;
    this.#high = (this.#high + (words[0] as number) + (low > 0xffff_ffff ? 1 : 0)) >>> 0;
    this.#count += 1;
  }

  /** How many rows, and the sum modulo 2^64 of the first 8 bytes (big-endian) of their hashes, as 16 hex digits. */
  result(): { readonly count: number; readonly hash: string } {
    const hex = (word: number) => word.toString(16).padStart(8, '0');
    return { count: this.#count, hash: hex(this.#high) + hex(this.#low) };
  }
}

/** The bucket of an entity id: first two hex digits of its SHA-256. */
export function digestBucket(entityId: string): string {
  return sha256Hex(entityId).slice(0, 2);
}
