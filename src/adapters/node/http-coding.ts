import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { reasonOf } from '../portable/failure-reason.ts';
import type { BodyEncoding } from '../portable/request-encoding.ts';
import { WireError } from '../portable/transport-over-wire.ts';

const gzip = promisify(zlib.gzip);
const brotli = promisify(zlib.brotliCompress);

/** A text as an encoded body: brotli at quality 4 (the default of 11 is 100 times slower), gzip at level 1. */
export function encodedBody(text: string, encoding: BodyEncoding): Promise<Buffer> {
  if (encoding === 'gzip') return gzip(text, { level: 1 });
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  return brotli(text, { params: { [BROTLI_PARAM_QUALITY]: 4, [BROTLI_PARAM_SIZE_HINT]: text.length } });
}

const decoders = {
  gzip: promisify(zlib.gunzip),
  'x-gzip': promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  br: promisify(zlib.brotliDecompress),
} as const;

/** A body as it comes from the line: whole, or piece by piece. */
export interface EncodedBody extends AsyncIterable<Buffer> {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What the answer's headers say of its body, and how much of it is taken. */
export interface Coding {
  /** `Content-Encoding`. */
  readonly encoding: string | undefined;
  /** `Content-Length`, as the client has enforced it. */
  readonly length: string | undefined;
  readonly bytesMax: number;
}

/**
 * The text of an answer's body and its decoded size. Never holds more than `bytesMax` encoded bytes nor makes more than
 * `bytesMax` decoded ones. Rejects with {@link WireError}: `malformed` for too much, an unknown or broken encoding, or
 * bytes that are not UTF-8; `reset` when the body was cut off.
 */
export async function decodedText(
  body: EncodedBody,
  { encoding = 'identity', length, bytesMax }: Coding,
): Promise<{ readonly text: string; readonly bytes: number }> {
  // A length that is told can't be exceeded: the client's own, faster way of collecting is safe then.
  const isTold = length !== undefined && /^\d+$/.test(length) && Number(length) <= bytesMax;
  const raw = await unlessCutOff(isTold ? told(body) : collected(body, bytesMax));
  const plain = await decoded(raw, { encoding: encoding.trim().toLowerCase(), bytesMax });
  if (!isUtf8(plain)) throw new WireError('an answer that is not UTF-8', { reason: 'malformed' });
  return { text: plain.toString('utf8'), bytes: plain.length };
}

async function told(body: EncodedBody): Promise<Buffer> {
  return Buffer.from(await body.arrayBuffer());
}

async function collected(body: EncodedBody, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytesMax) throw new WireError(`an answer of more than ${bytesMax} bytes`, { reason: 'malformed' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function unlessCutOff(raw: Promise<Buffer>): Promise<Buffer> {
  try {
    return await raw;
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError('the answer was cut off', { reason: reasonOf(error, 'reset'), cause: error });
  }
}

async function decoded(
  raw: Buffer,
  { encoding, bytesMax }: { readonly encoding: string; readonly bytesMax: number },
): Promise<Buffer> {
  // An answer without a body may still name an encoding.
  if (encoding === 'identity' || encoding === '' || raw.length === 0) return raw;
  if (!Object.hasOwn(decoders, encoding))
    throw new WireError(`encoding ${encoding.slice(0, 40)} is unknown`, { reason: 'malformed' });
  try {
    return await decoders[encoding as keyof typeof decoders](raw, { maxOutputLength: bytesMax });
  } catch (error) {
    throw new WireError(`an answer whose ${encoding} can't be decoded within ${bytesMax} bytes`, {
      reason: 'malformed',
      cause: error,
    });
  }
}
