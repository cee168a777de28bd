import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Answers one request, well or badly. */
export type Answering = (request: SeenRequest, response: ServerResponse) => void;

/** A loopback HTTP server that does to its clients whatever a test asks for. */
export interface FaultServer {
  readonly url: string;
  /** All requests so far, in the order in which they were whole. */
  readonly seen: readonly SeenRequest[];
  /** Connections that are open now. */
  openSockets(): number;
  /** How the next requests are answered, one each; afterwards `200 {}`. */
  next(...answerings: readonly Answering[]): void;
  /** Resolves once `count` requests in all have come. */
  whenSeen(count: number): Promise<void>;
  /** Resolves once the clients of `count` requests in all have gone away before their answer was whole. */
  whenDropped(count: number): Promise<void>;
  /** Resolves once `count` requests in all are over for the server, answered or dropped. */
  whenEnded(count: number): Promise<void>;
  /** Resolves once no more than `count` connections are open. */
  whenSockets(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback. */
export async function startFaultServer(): Promise<FaultServer> {
  const seen: SeenRequest[] = [];
  const script: Answering[] = [];
  const sockets = new Set<Socket>();
  const watch = watchers();
  let dropped = 0;
  let ended = 0;
  const server = createServer((message, response) => {
    response.on('close', () => {
      ended += 1;
      if (!response.writableFinished) dropped += 1;
      watch.check();
    });
    void read(message).then((request) => {
      seen.push(request);
      (script.shift() ?? whole({ body: '{}' }))(request, response);
      watch.check();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    // A client that goes away in the middle is what these tests are about.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      watch.check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    openSockets: () => sockets.size,
    next: (...answerings) => void script.push(...answerings),
    whenSeen: (count) => watch.until(() => seen.length >= count),
    whenDropped: (count) => watch.until(() => dropped >= count),
    whenEnded: (count) => watch.until(() => ended >= count),
    whenSockets: (count) => watch.until(() => sockets.size <= count),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function watchers() {
  let waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];
  const check = (): void => {
    for (const { holds, resolve } of waiting) if (holds()) resolve();
    waiting = waiting.filter(({ holds }) => !holds());
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ holds, resolve });
      check();
    });
  return { check, until };
}

async function read(message: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = message.headers as Record<string, string | undefined>;
  return { method: message.method ?? '', path: message.url ?? '', headers, body: Buffer.concat(chunks) };
}

/** A whole answer; JSON with status 200 unless said otherwise. */
export function whole(answer: {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}): Answering {
  return (_request, response) => {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? '');
  };
}

/** An answer without a content type. */
export function bare(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answering {
  return (_request, response) => void response.writeHead(status, { ...headers }).end(body);
}

/** The connection ends without a word of an answer: closed, or reset. */
export function hangUp(how: 'close' | 'reset'): Answering {
  return (_request, { socket }) => void (how === 'reset' ? socket?.resetAndDestroy() : socket?.destroy());
}

/** Headers and half of the promised body arrive, then the connection closes. */
export function cutHalfWay(body: string): Answering {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) });
    response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
  };
}

/** These bytes instead of an HTTP answer, then the end. */
export function rawBytes(text: string): Answering {
  return (_request, { socket }) => void socket?.end(text);
}

/** Answers once `gate` resolves; a client that left by then gets nothing. */
export function heldUntil(gate: Promise<unknown>, then: Answering = whole({ body: '{}' })): Answering {
  return (request, response) => void gate.then(() => then(request, response));
}

/** Never answers; the connection stays open. */
export const silence: Answering = () => undefined;
