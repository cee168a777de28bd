/** Whole frames of RFC 6455 at the beginning of some bytes, each with its head, and what is left of the bytes. */
export function splitFrames(bytes: Buffer): { readonly frames: readonly Buffer[]; readonly rest: Buffer } {
  const frames: Buffer[] = [];
  let at = 0;
  for (let size = sizeAt(bytes, at); size !== null; size = sizeAt(bytes, at)) {
    frames.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { frames, rest: bytes.subarray(at) };
}

/** The text of a text frame without a mask, as servers send them; null for any other. */
export function frameText(frame: Buffer): string | null {
  const [first = 0, second = 0] = frame;
  if ((first & 0x0f) !== 1 || (second & 0x80) !== 0) return null;
  return frame.toString('utf8', headBytes(second & 0x7f));
}

/** How many bytes the frame at a place has, or null while it is not whole. */
function sizeAt(bytes: Buffer, at: number): number | null {
  const second = bytes[at + 1];
  if (second === undefined) return null;
  const short = second & 0x7f;
  const maskBytes = (second & 0x80) === 0 ? 0 : 4;
  const head = headBytes(short);
  if (bytes.length < at + head) return null;
  const payload =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  const size = head + maskBytes + payload;
  return bytes.length < at + size ? null : size;
}

/** Bytes before the mask or the payload, by the short length. */
function headBytes(short: number): number {
  if (short < 126) return 2;
  return short === 126 ? 4 : 10;
}
