import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, inflateSync, unzipSync } from 'node:zlib';
import type { HostileCase } from './hostile-case.ts';

/** An answer, its body unpacked. Status 0: the connection ended without one; -1: what came is no answer, the body says why. */
export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const none: Answered = { status: 0, type: '', body: '' };
/** Longest wait for an answer, ms. */
const patienceMs = 90_000;
/** How long a broken request is left open, ms. */
const giveUpMs = 400;

/** Sends cases to a server; connections are kept where the case lets them be. */
export class Sender {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(port: number) {
    this.#port = port;
  }

  send(hostile: HostileCase): Promise<Answered> {
    return hostile.raw === null && isSendable(hostile) ? this.#ask(hostile) : this.#write(hostile);
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask({ method, path, headers, body }: HostileCase): Promise<Answered> {
    return new Promise((resolve) => {
      const unread = (error: Error): void => resolve({ status: -1, type: '', body: error.message });
      // Node says no length for methods that usually have no body: the body would be read as another request.
      const told = { ...headers, ...(body === null ? {} : { 'content-length': String(body.length) }) };
      const asked = request({ port: this.#port, host: '127.0.0.1', agent: this.#agent, method, path, headers: told });
      asked.setTimeout(patienceMs, () => asked.destroy(new Error('no answer in time')));
      asked.once('error', (error: NodeJS.ErrnoException) => {
        // The server may close a connection before it has read all of what it refuses.
        if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(none);
        else unread(error);
      });
      asked.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', unread);
        response.once('end', () => {
          const { statusCode: status = 0, headers: answered } = response;
          const text = unpacked(Buffer.concat(chunks), answered['content-encoding']);
          resolve({ status, type: answered['content-type'] ?? '', body: text });
        });
      });
      asked.end(body ?? undefined);
    });
  }

  /** Writes bytes, and gives up broken ones a while later: what is cut short would be waited for. */
  async #write(hostile: HostileCase): Promise<Answered> {
    const client = connect(this.#port, '127.0.0.1');
    const chunks: Buffer[] = [];
    client.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
    client.setTimeout(patienceMs, () => client.destroy());
    client.write(hostile.raw ?? bytesOf(hostile));
    const givesUp = setTimeout(() => client.end(), hostile.raw === null ? patienceMs : giveUpMs);
    await once(client, 'close');
    clearTimeout(givesUp);
    return parsed(Buffer.concat(chunks));
  }
}

/** Node's own client refuses some methods, paths and headers: those go out as bytes. */
function isSendable({ path, headers, method }: HostileCase): boolean {
  const isPlain = /^[\x21-\x7e]+$/.test(path) && Object.values(headers).every((value) => /^[\x20-\x7e]*$/.test(value));
  return isPlain && method !== 'TRACE' && headers.expect === undefined;
}

function bytesOf({ method, path, headers, body }: HostileCase): Buffer {
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === null ? '' : `content-length: ${body.length}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${told.join('')}${length}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

function parsed(bytes: Buffer): Answered {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return none;
  const head = text.slice(0, end);
  // `100 Continue` comes before the answer.
  if (/^HTTP\/1\.1 100/.test(head)) return parsed(bytes.subarray(end + 4));
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1] ?? '';
  const rest = bytes.subarray(end + 4);
  const body = /chunked/i.test(header('transfer-encoding')) ? dechunked(rest) : rest;
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0);
  return { status, type: header('content-type'), body: unpacked(body, header('content-encoding')) };
}

function dechunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 4 + size;
  }
  return Buffer.concat(parts);
}

function unpacked(body: Buffer, encoding = ''): string {
  if (body.length === 0) return '';
  if (encoding === 'br') return brotliDecompressSync(body).toString('utf8');
  if (encoding === 'deflate') return inflateSync(body).toString('utf8');
  return (encoding === 'gzip' ? unzipSync(body) : body).toString('utf8');
}
