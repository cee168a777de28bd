import type { FastifyInstance } from 'fastify';
import { refuse } from '../decide/refusal.ts';
import type { HttpLimits } from './http-limits.ts';
import { RequestRefused } from './request-refused.ts';

/** Refuses requests whose head is out of bounds, before anything else looks at them. */
export function addAdmission(app: FastifyInstance, { headerCount }: HttpLimits): void {
  // Node drops what is beyond its own count without a word: one more is let in, so that it can be seen.
  app.server.maxHeadersCount = headerCount + 1;
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.rawHeaders.length > headerCount * 2) {
      throw new RequestRefused(refuse('headers_too_large', `A request has at most ${headerCount} headers.`));
    }
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      throw new RequestRefused(refuse('invalid_request', 'The request names no host.'));
    }
  });
}
