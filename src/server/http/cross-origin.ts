import type { FastifyInstance } from 'fastify';

const allowedHeaders = [
  'authorization',
  'content-encoding',
  'content-type',
  'traceparent',
  'x-app-version',
  'x-device-id',
  'x-protocol-version',
  'x-request-id',
  'x-schema-version',
].join(', ');
const exposedHeaders = 'date, retry-after, www-authenticate, x-request-id';
const preflightSeconds = '600';

/**
 * Lets pages of these origins (`*`: all) call the server from a browser. Without origins no header is sent, and a
 * browser keeps every other page out. Cookies play no part: the token is in a header.
 */
export function addCrossOrigin(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const isAny = origins.includes('*');
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('vary', 'Origin');
    if (origin === undefined || !(isAny || origins.includes(origin))) return;
    reply.headers({
      'access-control-allow-origin': isAny ? '*' : origin,
      'access-control-expose-headers': exposedHeaders,
    });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    await reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': allowedHeaders,
        'access-control-max-age': preflightSeconds,
      })
      .send();
  });
}
