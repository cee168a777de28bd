import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { livePath } from '../../core/protocol/paths.ts';
import { refuse } from '../decide/refusal.ts';
import type { HttpLimits } from './http-limits.ts';
import { RequestRefused } from './request-refused.ts';
import { writeProblem } from './send-problem.ts';

/** Refuses requests whose head is out of bounds, before anything else looks at them. */
export function addAdmission(app: FastifyInstance, { headerCount }: HttpLimits): void {
  // Node drops what is beyond its own count without a word: one more is let in, so that it can be seen.
  app.server.maxHeadersCount = headerCount + 1;
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (raw.rawHeaders.length > headerCount * 2) {
      throw new RequestRefused(refuse('headers_too_large', `A request has at most ${headerCount} headers.`));
    }
    if (raw.headers.upgrade !== undefined && !opensWebSocket(raw)) {
      // The connection has left HTTP by now: nothing but this closes it.
      reply.hijack();
      writeProblem(raw.socket, refuse('invalid_request', 'Nothing here can be upgraded like that.'), 'Bad Request');
      return;
    }
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      throw new RequestRefused(refuse('invalid_request', 'The request names no host.'));
    }
  });
}

/** Whether a request is the opening of a WebSocket, which the library behind it refuses with no problem document when it is not. */
function opensWebSocket({ method, url = '', headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    url.split('?', 1)[0] === livePath &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  );
}
