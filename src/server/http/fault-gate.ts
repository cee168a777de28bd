import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { FaultDesk } from './fault-desk.ts';
import type { ServerClock } from './server-clock.ts';
import { passedOn, type WholeAnswer, type WholeRequest } from './whole-message.ts';

/** A request that the gate itself hands on, and the server's time for it; null: now. */
const handedOn = new AsyncLocalStorage<{ readonly atMs: number | null }>();

/** The clock as requests see it: one that commits late has read it at its beginning. */
export function gatedClock(clock: ServerClock): ServerClock {
  return { ...clock, now: () => handedOn.getStore()?.atMs ?? clock.now() };
}

/**
 * Lets faults see every request before anything else does, those to the fault interface left out. Untouched requests go
 * their ordinary way; touched ones are read whole and handed on beside the socket. To be added before all other hooks.
 */
export function addFaultGate(
  app: FastifyInstance,
  { desk, clock, bodyBytes }: { readonly desk: FaultDesk; readonly clock: ServerClock; readonly bodyBytes: number },
): void {
  const beyond = {
    nowMs: () => clock.now(),
    bodyBytesMax: bodyBytes + 1,
    forward: (request: WholeRequest, begunMs?: number) => forward(app, request, begunMs ?? null),
  };
  app.addHook('onRequest', async (request, reply) => {
    if (handedOn.getStore() !== undefined || isInterface(request.url)) return;
    if ((await desk.meet(request.raw, reply.raw, beyond)) === 'taken') reply.hijack();
  });
  app.addHook('preClose', async () => desk.close());
}

function isInterface(url: string): boolean {
  return /^\/fault(?:[/?]|$)/.test(url);
}

async function forward(app: FastifyInstance, request: WholeRequest, atMs: number | null): Promise<WholeAnswer> {
  const { method, url, headers, body } = request;
  const sent = { ...passedOn(headers), ...(body.length === 0 ? {} : { 'content-length': String(body.length) }) };
  const asked = { method, url, headers: sent, ...(body.length === 0 ? {} : { payload: body }) } as InjectOptions;
  // The request begins where its answer is waited for: inside, or the gate would not know it again.
  const answer = await handedOn.run({ atMs }, async () => await app.inject(asked));
  return { status: answer.statusCode, headers: passedOn(answer.headers), body: answer.rawPayload };
}
