import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../decide/refusal.ts';
import type { HttpLimits } from './http-limits.ts';
import { problemType } from './send-problem.ts';

/** A body that is still arriving. */
interface Arriving {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Bytes that the connection had brought when the head was read. */
  readonly bytesBefore: number;
  /** Rounds it has been watched. */
  rounds: number;
}

const roundMs = 1_000;

/**
 * Cuts off bodies that arrive slower than the limits allow: a handful of such clients would otherwise hold a server's
 * memory and sockets for as long as they like. Looks once a second while a body is arriving.
 */
export function watchSlowBodies(app: FastifyInstance, { bodyBytesPerSecondMin, bodyGraceMs }: HttpLimits): void {
  const arriving = new Set<Arriving>();
  let timer: NodeJS.Timeout | null = null;
  const round = (): void => {
    for (const body of arriving) {
      body.rounds += 1;
      const elapsedMs = body.rounds * roundMs;
      const bytes = body.request.raw.socket.bytesRead - body.bytesBefore;
      if (elapsedMs <= bodyGraceMs || bytes * 1_000 >= bodyBytesPerSecondMin * elapsedMs) continue;
      arriving.delete(body);
      cutOff(body, bodyBytesPerSecondMin);
    }
    if (arriving.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    if (raw.complete || !bringsBody(request)) return;
    const body: Arriving = { request, reply, bytesBefore: raw.socket.bytesRead, rounds: 0 };
    arriving.add(body);
    const done = (): void => {
      arriving.delete(body);
    };
    raw.once('end', done).once('close', done);
    timer ??= setInterval(round, roundMs).unref();
  });
  app.addHook('onClose', async () => {
    if (timer !== null) clearInterval(timer);
  });
}

function bringsBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function cutOff({ request, reply }: Arriving, bytesPerSecond: number): void {
  request.log.debug({ url: request.routeOptions.url }, 'a body came too slowly');
  if (reply.sent) return;
  const { status, problem } = refuse('request_timeout', `A body brings at least ${bytesPerSecond} bytes a second.`);
  reply.hijack();
  const { socket } = request.raw;
  reply.raw
    .writeHead(status, { 'content-type': problemType, connection: 'close' })
    .end(JSON.stringify(problem), () => socket.destroySoon());
}
