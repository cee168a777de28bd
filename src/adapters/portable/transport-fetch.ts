import type { Transport } from '../../ports/transport.ts';
import { reasonOf } from './failure-reason.ts';
import type { HttpRequest } from './http-request.ts';
import { RequestEncoding } from './request-encoding.ts';
import { type TransportOptions, transportOver, type Wire, type WireAnswer, WireError } from './transport-over-wire.ts';
import { utf8Size } from './utf8-size.ts';

/** What is read of the answer of a `fetch`. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The decoded body; rejects when it is cut off. */
  text(): Promise<string>;
}

/** What is given to a `fetch`. `Signal` is the platform's own type. */
export interface FetchRequest<Signal> {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal: Signal;
  readonly redirect: 'manual';
  readonly credentials: 'omit';
  readonly cache: 'no-store';
}

/** The parts of a platform that the transport needs beside tokens and a clock. */
export interface FetchOptions<Signal> extends TransportOptions {
  /** Address of the server with an optional path, `https://sync.example.org/base`. */
  readonly baseUrl: string;
  readonly fetch: (url: string, request: FetchRequest<Signal>) => Promise<FetchAnswer>;
  /** A new abort controller, `() => new AbortController()`. */
  readonly controller: () => { readonly signal: Signal; abort(): void };
  /** Makes a gzip member of a text's UTF-8 bytes. Used once the server has said that it accepts gzip bodies. */
  readonly gzip?: (text: string) => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /** Largest decoded answer taken, bytes; default 64 MiB. The platform has held it by then: `fetch` can't be bounded. */
  readonly answerBytesMax?: number;
}

/** A transport over a `fetch`-like function, for phones. The platform decodes answers and keeps connections alive. */
export function fetchTransport<Signal>(options: FetchOptions<Signal>): Transport {
  return transportOver(fetchWire(options), options);
}

function fetchWire<Signal>(options: FetchOptions<Signal>): Wire {
  const encoding = new RequestEncoding(options.gzip === undefined ? [] : ['gzip']);
  const base = options.baseUrl.replace(/\/+$/, '');
  return {
    exchange(request) {
      const { signal, abort } = bound(options.controller());
      return { answer: fetched({ options, encoding, base, request, signal }), cancel: abort };
    },
    close: () => Promise.resolve(),
  };
}

function bound<Signal>(controller: { readonly signal: Signal; abort(): void }) {
  return { signal: controller.signal, abort: () => controller.abort() };
}

interface Fetching<Signal> {
  readonly options: FetchOptions<Signal>;
  readonly encoding: RequestEncoding;
  readonly base: string;
  readonly request: HttpRequest;
  readonly signal: Signal;
}

async function fetched<Signal>(fetching: Fetching<Signal>): Promise<WireAnswer> {
  const { options, encoding, base, request, signal } = fetching;
  const sent = options.gzip === undefined ? null : encoding.choose(request.body?.length ?? 0);
  const answer = await options.fetch(base + request.path, {
    method: request.method,
    headers: { ...request.headers, ...(sent === null ? {} : { 'content-encoding': sent }) },
    ...(await bodyOf(fetching, sent !== null)),
    signal,
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
  });
  encoding.learn({ status: answer.status, acceptEncoding: answer.headers.get('accept-encoding') ?? undefined, sent });
  return wholeAnswer(answer, options.answerBytesMax ?? answerBytesDefault);
}

async function bodyOf<Signal>({ options, request }: Fetching<Signal>, encoded: boolean) {
  if (request.body === null) return {};
  return { body: encoded && options.gzip !== undefined ? await options.gzip(request.body) : request.body };
}

/** Largest decoded answer taken unless chosen otherwise, bytes. */
export const answerBytesDefault = 64 * 1024 * 1024;

const headersRead = ['content-type', 'retry-after', 'date', 'www-authenticate'] as const;

async function wholeAnswer(answer: FetchAnswer, bytesMax: number): Promise<WireAnswer> {
  const headers: Record<string, string> = {};
  for (const name of headersRead) {
    const value = answer.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const body = await textOf(answer);
  const bytes = utf8Size(body);
  if (bytes > bytesMax)
    throw new WireError(`an answer of ${bytes} bytes, more than ${bytesMax}`, { reason: 'malformed' });
  return { status: answer.status, headers, body, bytes };
}

/** The headers had come: without a code that says otherwise, the connection broke inside the body. */
async function textOf(answer: FetchAnswer): Promise<string> {
  try {
    return await answer.text();
  } catch (error) {
    throw new WireError('the answer was cut off', { reason: reasonOf(error, 'reset'), cause: error });
  }
}
