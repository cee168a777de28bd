import { Pool } from 'undici';
import { reasonOf } from '../portable/failure-reason.ts';
import { WireError } from '../portable/transport-over-wire.ts';
import { decodedText } from './http-coding.ts';

/** One request as it goes out: nothing is added to it but `Host` and the length of the body. */
export interface RawRequest {
  readonly method: string;
  /** Path with query, below the base address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of the body; null for none. */
  readonly body: Buffer | null;
}

/** A whole answer, unpacked, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** No whole answer came: the line broke, or what came can't be unpacked. */
export class LineFailed extends Error {
  override readonly name = 'LineFailed';
  /** `unreachable`, `reset`, `timeout`, `malformed` and the like. */
  readonly reason: string;

  constructor(message: string, options: ErrorOptions & { readonly reason: string }) {
    super(message, options);
    this.reason = options.reason;
  }
}

/** A line to one server. */
export interface RawHttp {
  /** Sends it once. Rejects with LineFailed. */
  ask(request: RawRequest): Promise<RawAnswer>;
  /** Drops all sockets. */
  close(): Promise<void>;
}

const answerBytesMax = 64 * 1024 * 1024;

/** Requests over an undici pool, sent as they are: no retry, no redirect, no header that was not asked for. */
export function rawHttp(baseUrl: string, { timeoutMs }: { readonly timeoutMs: number }): RawHttp {
  const { origin, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/+$/, '');
  const pool = new Pool(origin, {
    connections: 16,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  });
  return {
    ask: async ({ method, path, headers, body }) => {
      try {
        const answer = await pool.request({ method: method as 'GET', path: base + path, headers, body });
        const said = flat(answer.headers);
        const { text } = await decodedText(answer.body, {
          encoding: said['content-encoding'],
          length: said['content-length'],
          bytesMax: answerBytesMax,
        });
        return { status: answer.statusCode, headers: said, text };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        const reason = error instanceof WireError ? error.reason : reasonOf(error, 'reset');
        throw new LineFailed(detail, { reason, cause: error });
      }
    },
    close: () => pool.destroy(),
  };
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
}
