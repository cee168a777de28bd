import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How long a body that nobody wants is still read, ms. */
const lingerMs = 1_000;

/**
 * Reads the rest of a body that was refused before it had come, where the connection closes after the answer: closed with
 * bytes unread, the system would reset it, and the client might lose the answer that says what is wrong.
 */
export function addLingering(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (!request.raw.complete && !request.raw.destroyed && closes(request, reply)) await rest(request);
    return payload;
  });
}

function closes({ raw }: FastifyRequest, reply: FastifyReply): boolean {
  const said = [raw.headers.connection, reply.getHeader('connection')];
  return raw.httpVersion === '1.0' || said.some((text) => /\bclose\b/i.test(String(text ?? '')));
}

function rest({ raw }: FastifyRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, lingerMs);
    raw.once('end', done).once('close', done).resume();
  });
}
