import { EventEmitter } from 'node:events';
import { type Dispatcher, Pool } from 'undici';
import type { Transport } from '../../ports/transport.ts';
import type { HttpRequest } from '../portable/http-request.ts';
import { RequestEncoding } from '../portable/request-encoding.ts';
import { answerBytesDefault } from '../portable/transport-fetch.ts';
import { type TransportOptions, transportOver, type Wire, type WireAnswer } from '../portable/transport-over-wire.ts';
import { decodedText, encodedBody } from './http-coding.ts';

/** What the transport over undici needs. */
export interface HttpOptions extends TransportOptions {
  /** Address of the server with an optional path, `http://127.0.0.1:8080/base`. */
  readonly baseUrl: string;
  /** Sockets at once, 1 or more; default 6. */
  readonly connections?: number;
  /** Largest answer taken, bytes, encoded and decoded alike; default 64 MiB. */
  readonly answerBytesMax?: number;
  /** Whether request bodies may be encoded once the server says that it accepts it; default true. */
  readonly compress?: boolean;
  /** Used in place of an own pool and left open at `close`: shared pools, mocks. */
  readonly dispatcher?: Dispatcher;
}

/**
 * A transport over an undici pool, for Node. Deadlines are those of the clock alone: undici's own timers are coarse and
 * are switched off. Throws a TypeError when `baseUrl` is no http(s) address.
 */
export function httpTransport(options: HttpOptions): Transport {
  return transportOver(httpWire(options), options);
}

/** What undici takes for an AbortSignal, at a fraction of its cost per call. */
class CancelSignal extends EventEmitter {
  aborted = false;

  cancel(): void {
    this.aborted = true;
    this.emit('abort');
  }
}

interface Line {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly basePath: string;
  readonly bytesMax: number;
  readonly encoding: RequestEncoding;
}

function httpWire(options: HttpOptions): Wire {
  const { origin, pathname, protocol } = new URL(options.baseUrl);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`${options.baseUrl} is no http or https address`);
  const own = options.dispatcher === undefined ? poolTo(origin, options) : null;
  const line: Line = {
    dispatcher: options.dispatcher ?? (own as Pool),
    origin,
    basePath: pathname.replace(/\/+$/, ''),
    bytesMax: options.answerBytesMax ?? answerBytesDefault,
    encoding: new RequestEncoding(options.compress === false ? [] : ['br', 'gzip']),
  };
  return {
    exchange(request) {
      const signal = new CancelSignal();
      return { answer: requested(line, request, signal), cancel: () => signal.cancel() };
    },
    close: async () => own?.destroy(),
  };
}

function poolTo(origin: string, { connections = 6, requestTimeoutMs }: HttpOptions): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    // The call's own deadline comes first; this one only frees a socket that never connected.
    connect: { timeout: requestTimeoutMs + 1_000 },
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 120_000,
  });
}

async function requested(line: Line, request: HttpRequest, signal: CancelSignal): Promise<WireAnswer> {
  const encoding = request.body === null ? null : line.encoding.choose(request.body.length);
  const body = request.body !== null && encoding !== null ? await encodedBody(request.body, encoding) : request.body;
  const answer = await line.dispatcher.request({
    origin: line.origin,
    path: line.basePath + request.path,
    method: request.method,
    headers: {
      ...request.headers,
      'accept-encoding': 'br, gzip',
      ...(encoding === null ? {} : { 'content-encoding': encoding }),
    },
    body,
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const headers = flat(answer.headers);
  line.encoding.learn({ status: answer.statusCode, acceptEncoding: headers['accept-encoding'], sent: encoding });
  const decoded = await decodedText(answer.body, {
    encoding: headers['content-encoding'],
    length: headers['content-length'],
    bytesMax: line.bytesMax,
  });
  return { status: answer.statusCode, headers, body: decoded.text, bytes: decoded.bytes };
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) out[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return out;
}
