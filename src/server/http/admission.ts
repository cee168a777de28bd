import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { livePath } from '../../core/protocol/paths.ts';
import { type Refusal, refuse } from '../decide/refusal.ts';
import type { HttpLimits } from './http-limits.ts';
import { RequestRefused } from './request-refused.ts';
import { sendProblem, writeProblem } from './send-problem.ts';

/** Refuses requests whose head is out of bounds, before anything else looks at them. */
export function addAdmission(app: FastifyInstance, { headerCount }: HttpLimits): void {
  // Node drops what is beyond its own count without a word: one more is let in, so that it can be seen.
  app.server.maxHeadersCount = headerCount + 1;
  app.addHook('onRequest', async ({ raw }, reply) => {
    const refusal = refusalOfHead(raw, headerCount);
    if (refusal === null) return;
    if (!hasLeftHttp(raw)) throw new RequestRefused(refusal);
    reply.hijack();
    refuseUpgrade(raw, refusal);
  });
}

/** Answers a request whose connection Node has let go of, and closes it. */
function refuseUpgrade(raw: IncomingMessage, refusal: Refusal): void {
  const isHead = raw.method === 'HEAD';
  writeProblem(raw.socket, refusal, { reason: STATUS_CODES[refusal.status] ?? 'Error', isHead });
}

/** Answers a request that never comes as far as hooks: its address does not decode, or a part of it is too long. */
export function refuseUnrouted({ raw }: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  if (hasLeftHttp(raw)) refuseUpgrade(raw, refusal);
  else sendProblem(reply, refusal);
}

function refusalOfHead(raw: IncomingMessage, headerCount: number): Refusal | null {
  if (raw.rawHeaders.length > headerCount * 2)
    return refuse('headers_too_large', `A request has at most ${headerCount} headers.`);
  if (hasLeftHttp(raw) && !opensWebSocket(raw))
    return refuse('invalid_request', 'Nothing here can be upgraded like that.');
  if (raw.httpVersion === '1.1' && raw.headers.host === undefined)
    return refuse('invalid_request', 'The request names no host.');
  return null;
}

/** Whether the request asked for another protocol: Node has let go of its connection, and nobody closes it but us. */
function hasLeftHttp(raw: IncomingMessage): boolean {
  return (raw as IncomingMessage & { readonly upgrade?: boolean | null }).upgrade === true;
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
