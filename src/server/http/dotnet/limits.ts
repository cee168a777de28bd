import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** Largest body that Kestrel takes unless it is told otherwise, bytes. Its other limits are the defaults of every flavour. */
export const kestrelBodyBytes = 30_000_000;
/** Deepest nesting that System.Text.Json reads. */
export const jsonDepthMax = 32;

const requestLineBytesMax = 8_192;

/** Refuses a request line that is too long for Kestrel (414). */
export function addKestrelLimits(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { method, url } = request.raw;
    const isTooLong = `${method} ${url} HTTP/1.1\r\n`.length > requestLineBytesMax;
    if (isTooLong) await reply.code(414).header('connection', 'close').send();
  });
}

const statuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no request at all is answered without a body, and the connection ends. */
export function refuseWithoutWords(error: Error & { readonly code?: string }, connection: Duplex): void {
  if (error.code === 'ECONNRESET' || !connection.writable) {
    connection.destroy();
    return;
  }
  const status = statuses[error.code ?? ''] ?? '400 Bad Request';
  connection.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\nServer: Kestrel\r\n\r\n`);
}
