/**
 * A 32-bit hash of plain data as JSON would carry it: equal values hash alike whatever the order of their keys, and a
 * member that is `undefined` is as if absent. Walks the value without making a text of it, so it costs a fraction of
 * hashing its canonical JSON. The same on every machine. Not for security. Takes no cycles, at most 1,000 levels.
 */
export function jsonHash(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return textHash(value);
    case 'number':
      return numberHash(value);
    case 'boolean':
      return value ? 0x1b873593 : 0x2127599b;
    case 'object':
      if (value === null) return 0x68b2e4d1;
      return Array.isArray(value) ? listHash(value) : objectHash(value as Readonly<Record<string, unknown>>);
    default:
      // What JSON has no word for becomes null in a list.
      return 0x68b2e4d1;
  }
}

/** Mixes a hash into a running one; the order of calls counts. */
export function mixHash(running: number, hash: number): number {
  let k = Math.imul(hash, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const next = running ^ Math.imul(k, 0x1b873593);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}

/** Spreads every bit of a running hash over the whole word. */
export function finishHash(running: number): number {
  let out = Math.imul(running ^ (running >>> 16), 0x85ebca6b);
  out = Math.imul(out ^ (out >>> 13), 0xc2b2ae35);
  return (out ^ (out >>> 16)) | 0;
}

/** Key names are few and come again and again. */
const keyHashes = new Map<string, number>();
const keysKept = 10_000;

function keyHash(key: string): number {
  const known = keyHashes.get(key);
  if (known !== undefined) return known;
  const hash = textHash(key);
  if (keyHashes.size < keysKept) keyHashes.set(key, hash);
  return hash;
}

function textHash(text: string): number {
  let running = text.length ^ 0x3c6ef372;
  for (let at = 0; at < text.length; at += 1) running = Math.imul(running ^ text.charCodeAt(at), 0x01000193);
  return finishHash(running);
}

function numberHash(value: number): number {
  if (!Number.isSafeInteger(value)) return mixHash(0x2f0b4c47, textHash(String(value)));
  return finishHash(mixHash(mixHash(0x5bd1e995, value | 0), Math.floor(value / 0x1_0000_0000)));
}

function listHash(list: readonly unknown[]): number {
  let running = list.length ^ 0x510e527f;
  for (const item of list) running = mixHash(running, jsonHash(item));
  return finishHash(running);
}

/** A sum over the members, so that their order does not matter. */
function objectHash(object: Readonly<Record<string, unknown>>): number {
  let sum = 0x1f83d9ab;
  for (const key in object) {
    const value = object[key];
    if (value === undefined) continue;
    sum = (sum + finishHash(mixHash(keyHash(key), jsonHash(value)))) | 0;
  }
  return finishHash(sum);
}
