import type { Duplex } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Refusal } from '../decide/refusal.ts';

/** The media type of every refusal (RFC 9457). */
export const problemType = 'application/problem+json; charset=utf-8';

/** Answers a request with the problem document of a refusal. */
export function sendProblem(reply: FastifyReply, { status, problem }: Refusal): FastifyReply {
  return reply.code(status).header('content-type', problemType).send(JSON.stringify(problem));
}

/** Answers on a connection that carries no readable request, and closes it. What can't be written to is destroyed. */
export function writeProblem(connection: Duplex, { status, problem }: Refusal, reason: string): void {
  if (!connection.writable) {
    connection.destroy();
    return;
  }
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
