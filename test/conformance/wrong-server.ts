import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { LooseAnswer, LooseBody } from './loose.ts';

/** A request on its way through a wrong server. Its members may be changed before it goes on. */
export interface SeenCall {
  readonly name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** What goes on when `body` is not set. */
  raw: Buffer;
  /** The JSON of the body; empty where it is none. What is changed here goes on, packed no more. */
  body: LooseBody;
}

/** An answer on its way back. */
export interface SeenAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The JSON of the body; what is changed here goes back. */
  body: LooseAnswer;
}

/** Hands a call to the right server. */
export type Forward = (call: SeenCall) => Promise<SeenAnswer>;

/** What one wrong server does with a call. */
export type Wrong = (call: SeenCall, forward: Forward) => Promise<SeenAnswer>;

/** A server in front of a right one that does one thing wrong. */
export interface WrongServer {
  readonly url: string;
  close(): Promise<void>;
}

const names: Readonly<Record<string, string>> = {
  '/api/sync/changes': 'pull',
  '/api/sync/sync': 'push',
  '/api/sync/resolve-conflict': 'resolve',
  '/api/sync/digest': 'digest',
  '/api/sync/rollback': 'rollback',
  '/api/sync/devices': 'devices',
};

/** Starts a wrong server before the right one at `url`. */
export async function wrongServer(url: string, wrong: Wrong): Promise<WrongServer> {
  const server = createServer({ maxHeaderSize: 1_000_000, keepAlive: true }, (request, response) => {
    handle(url, wrong, { request, response }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Starts a front for several servers: each call goes to the next of them. */
export function takingTurns(urls: readonly string[]): Promise<WrongServer> {
  let turn = 0;
  return wrongServer('', async (call) => {
    turn += 1;
    return forwarded(urls[turn % urls.length] ?? '', { ...call, body: {} as LooseBody });
  });
}

async function handle(
  url: string,
  wrong: Wrong,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const answer = await wrong(await callOf(request), (call) => forwarded(url, call));
  const said = JSON.stringify(answer.body);
  const text = said === '{}' ? answer.text : said;
  const isPacked = answer.headers['content-encoding'] === 'gzip';
  response.writeHead(answer.status, answer.headers);
  response.end(isPacked ? gzipSync(text) : text);
}

async function callOf(request: IncomingMessage): Promise<SeenCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const { method = 'GET', url: path = '/' } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) delete headers[name];
  const name = names[path] ?? (path.startsWith('/api/sync/history/') ? 'history' : path);
  return { name, method, path, headers, raw, body: jsonOf(raw) };
}

function jsonOf(raw: Buffer): LooseBody {
  try {
    const json: unknown = JSON.parse(raw.toString('utf8'));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as LooseBody) : ({} as LooseBody);
  } catch {
    // What is no JSON goes on as it came.
    return {} as LooseBody;
  }
}

async function forwarded(url: string, { method, path, headers, raw, body }: SeenCall): Promise<SeenAnswer> {
  const isSound = Object.keys(body).length > 0;
  const response = await fetch(url + path, {
    method,
    headers: { 'accept-encoding': 'identity', ...headers },
    ...(method === 'GET' ? {} : { body: isSound ? JSON.stringify(body) : new Uint8Array(raw) }),
  });
  const kept = [...response.headers].filter(
    ([name]) => !/^(content-length|connection|keep-alive|transfer-encoding)$/.test(name),
  );
  let text = Buffer.from(await response.arrayBuffer());
  if (kept.some(([name]) => name === 'content-encoding') && text[0] === 0x1f) text = gunzipSync(text);
  return {
    status: response.status,
    headers: Object.fromEntries(kept),
    text: text.toString('utf8'),
    body: jsonOf(text) as unknown as LooseAnswer,
  };
}
