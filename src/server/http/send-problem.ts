import type { Duplex } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Refusal } from '../decide/refusal.ts';

/** The media type of every refusal (RFC 9457). */
export const problemType = 'application/problem+json; charset=utf-8';

/** Answers a request with the problem document of a refusal. */
export function sendProblem(reply: FastifyReply, { status, problem }: Refusal): FastifyReply {
  return reply.code(status).header('content-type', problemType).send(JSON.stringify(problem));
}

/** How long the other side may take to hang up, ms. */
const hangUpMs = 1_000;

/**
 * Answers on a connection that carries no readable request, and closes it. What can't be written to is destroyed, and so is
 * what the other side keeps open: nothing else looks after it any more.
 */
export function writeProblem(
  connection: Duplex,
  { status, problem }: Refusal,
  { reason, isHead = false }: { readonly reason: string; readonly isHead?: boolean },
): void {
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
  const timer = setTimeout(() => connection.destroy(), hangUpMs);
  connection.once('close', () => clearTimeout(timer));
  // What still comes is read and dropped: closed with bytes unread, the system would reset it and the answer might be lost.
  connection.on('error', () => connection.destroy()).resume();
  connection.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`);
}
