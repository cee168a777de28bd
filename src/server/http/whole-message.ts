import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** A request as it came from a device, whole. */
export interface WholeRequest {
  readonly method: string;
  /** Request target: path and query. */
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** A server's answer, whole, its body still encoded as the server sent it. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Headers that belong to one connection and are not passed on. */
const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'proxy-connection', 'upgrade', 'te', 'trailer'];

/** The headers that a message keeps on its next connection. */
export function passedOn(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.includes(name)));
}

/**
 * The body of a message, at most its first `bytesMax` bytes (default: all): who passes it on must not be filled up by it.
 * Rejects when it is cut off.
 */
export async function wholeBody(message: IncomingMessage, bytesMax = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const kept = (chunk as Buffer).subarray(0, Math.max(0, bytesMax - bytes));
    bytes += kept.length;
    chunks.push(kept);
  }
  return Buffer.concat(chunks);
}
