import { hash32 } from '../../lib/hash.ts';
import { canonicalJson, type Json } from '../../lib/json.ts';

/**
 * Fingerprint of what may not differ when an id is sent again: 64 bits as 16 hex digits. Equal parts give equal
 * prints whatever the order of keys; absent and null parts are the same. Input must be JSON.
 */
export function bodyPrint(parts: readonly unknown[]): string {
  const text = canonicalJson(parts.map((part) => part ?? null) as Json);
  // Two texts that meet in the first hash start from different states in the second.
  return hex(hash32(text)) + hex(hash32(`.${text}`));
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
