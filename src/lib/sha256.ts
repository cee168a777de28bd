const roundConstants = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

const startState = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;

/** Message schedule, used within one call only: nothing else runs between its filling and its use. */
const schedule = new Int32Array(64);

/**
 * SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, as eight 32-bit words, most significant first. A lone surrogate
 * counts as U+FFFD, as in every encoder of the platforms. In plain JavaScript, because phones have no `node:crypto`.
 */
export function sha256(text: string): Uint32Array {
  const bytes = padded(text);
  const state = new Int32Array(startState);
  for (let at = 0; at < bytes.length; at += 64) compress(state, bytes, at);
  return new Uint32Array(state.buffer);
}

/** {@link sha256} as 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return Array.from(sha256(text), (word) => word.toString(16).padStart(8, '0')).join('');
}

/** The bytes, the mark bit and the length in bits: a multiple of 64 bytes. */
function padded(text: string): Uint8Array {
  const bytes = new Uint8Array((((text.length * 3 + 8) >> 6) + 1) << 6);
  const length = writeUtf8(text, bytes);
  const end = (((length + 8) >> 6) + 1) << 6;
  bytes[length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(end - 8, Math.floor(length / 0x2000_0000));
  view.setUint32(end - 4, length << 3);
  return bytes.subarray(0, end);
}

function writeUtf8(text: string, out: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    if (code < 0x80) {
      out[length++] = code;
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      code = wholeCodePoint(text, at);
      if (code > 0xffff) at += 1;
    }
    length = writeLong(code, out, length);
  }
  return length;
}

function wholeCodePoint(text: string, at: number): number {
  const code = text.codePointAt(at) as number;
  return code > 0xffff ? code : 0xfffd;
}

function writeLong(code: number, out: Uint8Array, start: number): number {
  let length = start;
  if (code < 0x800) out[length++] = 0xc0 | (code >> 6);
  else {
    if (code < 0x10000) out[length++] = 0xe0 | (code >> 12);
    else {
      out[length++] = 0xf0 | (code >> 18);
      out[length++] = 0x80 | ((code >> 12) & 0x3f);
    }
    out[length++] = 0x80 | ((code >> 6) & 0x3f);
  }
  out[length++] = 0x80 | (code & 0x3f);
  return length;
}

function fillSchedule(bytes: Uint8Array, at: number): void {
  const w = schedule;
  for (let i = 0; i < 16; i += 1) {
    const from = at + i * 4;
    const [a, b, c, d] = [bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]] as [
      number,
      number,
      number,
      number,
    ];
    w[i] = (a << 24) | (b << 16) | (c << 8) | d;
  }
  for (let i = 16; i < 64; i += 1) {
    const early = w[i - 15] as number;
    const late = w[i - 2] as number;
    const s0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const s1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
  }
}

/** One block. The eight registers are named as in the standard, unrolled into locals for speed. */
function compress(state: Int32Array, bytes: Uint8Array, at: number): void {
  fillSchedule(bytes, at);
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = (e & f) ^ (~e & g);
    const first = (h + s1 + choice + (roundConstants[i] as number) + (schedule[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const registers = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = (state[i] as number) + (registers[i] as number);
}
