import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectionError, FastifyInstance } from 'fastify';
import { type Refusal, refuse } from '../decide/refusal.ts';
import type { HttpLimits } from './http-limits.ts';
import { problemType, writeProblem } from './send-problem.ts';

/** A refusal that keeps its code but says another status. */
function withStatus(refusal: Refusal, status: number): Refusal {
  return { ...refusal, status, problem: { ...refusal.problem, status } };
}

/** The refusal of what Node could not read as a request, by the parser's code. */
function refusalOfClientError(code: string | undefined, limits: HttpLimits): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refuse('headers_too_large', `The head of a request has at most ${limits.headerBytes} bytes.`, {
        limit: limits.headerBytes,
      });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refuse('body_too_large', 'The chunk extensions are too long.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refuse('request_timeout');
    default:
      return refuse('invalid_request', `This is no HTTP request (${code ?? 'unreadable'}).`);
  }
}

/** Answers what Node would answer by itself: broken requests, `CONNECT`, and expectations other than 100-continue. */
export function answerBrokenRequests(app: FastifyInstance): void {
  app.server.on('checkExpectation', (_request, response: ServerResponse) => {
    const { status, problem } = withStatus(refuse('invalid_request', 'Only 100-continue can be expected.'), 417);
    response.writeHead(status, { 'content-type': problemType, connection: 'close' }).end(JSON.stringify(problem));
  });
  app.server.on('connect', (_request, connection: Duplex) => {
    writeProblem(connection, refuse('method_not_allowed', 'This is no proxy.'), { reason: 'Method Not Allowed' });
  });
}

/** What to do with a connection whose request can't be read: answer it, unless an answer has begun. */
export function clientErrorHandler(limits: HttpLimits): (error: ConnectionError, connection: Duplex) => void {
  return (error, connection) => {
    const begun = (connection as Duplex & { readonly _httpMessage?: ServerResponse | null })._httpMessage;
    if (error.code === 'ECONNRESET' || begun?.headersSent === true) {
      connection.destroy();
      return;
    }
    const refusal = refusalOfClientError(error.code, limits);
    const { rawPacket } = error as unknown as { readonly rawPacket?: Buffer };
    const isHead = rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
    writeProblem(connection, refusal, { reason: STATUS_CODES[refusal.status] ?? 'Error', isHead });
  };
}
