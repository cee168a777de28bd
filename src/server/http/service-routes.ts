import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuse } from '../decide/refusal.ts';
import { openApiDocument } from './open-api.ts';
import { RequestRefused } from './request-refused.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** What the addresses of operations are answered from. */
export interface ServiceReach {
  /** Whether the server takes work: false from the first moment of its end. */
  readonly isReady: () => boolean;
  /** Throws or rejects when the store can't be read. */
  readonly checkStore: () => unknown;
  readonly metrics: ServerMetrics;
}

/** Adds `/health/live`, `/health/ready`, `/metrics` and `/openapi.json`; none asks for a token. */
export function addServiceRoutes(app: FastifyInstance, { isReady, checkStore, metrics }: ServiceReach): void {
  let document: string | null = null;
  app.get('/openapi.json', async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument());
    return reply.header('content-type', 'application/json; charset=utf-8').send(document);
  });
  app.get('/health/live', async (_request, reply) => uncached(reply).type('text/plain; charset=utf-8').send('Healthy'));
  app.get('/health/ready', async (request, reply) => {
    uncached(reply);
    if (!isReady()) throw new RequestRefused(refuse('unavailable', 'The server is closing.'));
    try {
      await checkStore();
    } catch (error) {
      request.log.error({ err: error }, 'the store can not be read');
      throw new RequestRefused(refuse('unavailable', 'The store can not be read.'), { cause: error });
    }
    return reply.type('text/plain; charset=utf-8').send('Healthy');
  });
  app.get('/metrics', async (_request, reply) =>
    uncached(reply)
      .header('content-type', metrics.contentType)
      .send(await metrics.text()),
  );
}

function uncached(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store');
}
