/** Two 32-bit sums: adding is what makes the order of keys not matter. */
interface Sums {
  high: number;
  low: number;
}

/**
 * Fingerprint of what may not differ when an id is sent again: 64 bits as two whole numbers with a point between. Equal parts give equal
 * prints whatever the order of keys; absent and null parts are the same. Input must be JSON of bounded depth.
 * Not for security: a user who builds a collision fools nobody but themself.
 */
export function bodyPrint(parts: readonly unknown[]): string {
  const sums: Sums = { high: 0, low: 0 };
  for (let at = 0; at < parts.length; at += 1) addValue(sums, `${at}`, parts[at] ?? null);
  return `${sums.high}.${sums.low}`;
}

/** Adds every leaf of a value under its path, and what an empty object or list would otherwise hide. */
function addValue(sums: Sums, path: string, value: unknown): void {
  if (typeof value === 'string') {
    addText(sums, `${path}"${value}`);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    addText(sums, `${path}:${value}`);
    return;
  }
  const entries = Object.entries(value);
  addText(sums, `${path}${Array.isArray(value) ? '[' : '{'}${entries.length}`);
  // The length of a key stands before it, so that no two paths read the same.
  for (const [key, item] of entries) addValue(sums, `${path}.${key.length}.${key}`, item);
}

function addText(sums: Sums, text: string): void {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  sums.high = (sums.high + mixed(high ^ (low >>> 13))) >>> 0;
  sums.low = (sums.low + mixed(low ^ (high >>> 16))) >>> 0;
}

function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
