/**
 * A 32-bit hash of a text and numbers (MurmurHash3 mixing), the root of every keyed draw: the same label and counter
 * give the same number on every machine. Not for security.
 */
export function hash32(text: string, ...numbers: readonly number[]): number {
  let h = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) h = mix(h, text.charCodeAt(at));
  for (const number of numbers) {
    h = mix(h, number | 0);
    h = mix(h, Math.floor(number / 0x1_0000_0000) | 0);
  }
  return finish(h, text.length + numbers.length);
}

function mix(h: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const next = h ^ Math.imul(k, 0x1b873593);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(h: number, length: number): number {
  let out = h ^ length;
  out = Math.imul(out ^ (out >>> 16), 0x85ebca6b);
  out = Math.imul(out ^ (out >>> 13), 0xc2b2ae35);
  return (out ^ (out >>> 16)) >>> 0;
}
