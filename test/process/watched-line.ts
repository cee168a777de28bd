import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callOfRequest } from '../../src/live/call-of-request.ts';
import { Upstream } from '../../src/live/upstream.ts';
import { wholeBody } from '../../src/server/http/whole-message.ts';

/** Where a request is: at the line, on its way to the server, or answered by it and not yet handed back. */
export type Point = 'arrived' | 'forwarded' | 'answered';

/** A request on the line. */
export interface LineCall {
  /** The device's id, or '' when the request names none. */
  readonly device: string;
  /** The call of the protocol, or '' for anything else. */
  readonly call: string;
}

/** Is told of every point that a request reaches; the request waits there until the promise resolves. */
export type Watcher = (call: LineCall, point: Point) => Promise<void> | undefined;

/** A line between devices and one server that lets a test see, and stop, each request at each point of its way. */
export class WatchedLine {
  readonly #upstream: Upstream;
  readonly #server: Server;
  readonly #open = new Set<LineCall>();
  readonly #atServer = new Set<LineCall>();
  readonly #watchers = new Set<Watcher>();

  private constructor(server: string) {
    this.#upstream = new Upstream([server]);
    this.#server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
      // Whoever was cut off in between has been told by his connection.
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Starts a line to the server at this address, on a free port of the loopback. */
  static async start(server: string): Promise<WatchedLine> {
    const line = new WatchedLine(server);
    await new Promise<void>((resolve, reject) => {
      line.#server.once('error', reject);
      line.#server.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The requests of a device that have arrived here and whose answer it has not got. */
  unanswered(device: string): readonly LineCall[] {
    return [...this.#open].filter((call) => call.device === device);
  }

  /** The requests that the server has and has not answered. */
  get atServer(): readonly LineCall[] {
    return [...this.#atServer];
  }

  /** Tells `watcher` of every request until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Drops all connections. */
  async close(): Promise<void> {
    this.#upstream.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = message;
    const id = headers['x-device-id'];
    const call = { device: typeof id === 'string' ? id : '', call: callOfRequest(method, url) ?? '' };
    const body = await wholeBody(message);
    this.#open.add(call);
    response.once('close', () => this.#open.delete(call));
    await this.#reaches(call, 'arrived');
    const answer = this.#forward(call, { method, url, headers, body });
    // It is awaited below; a server that dies while somebody watches it must not count as unheard.
    answer.catch(() => undefined);
    await this.#reaches(call, 'forwarded');
    const { status, headers: answered, body: content } = await answer;
    await this.#reaches(call, 'answered');
    response.writeHead(status, answered).end(content);
  }

  async #forward(call: LineCall, request: Parameters<Upstream['forward']>[0]) {
    this.#atServer.add(call);
    try {
      return await this.#upstream.forward(request);
    } finally {
      this.#atServer.delete(call);
    }
  }

  async #reaches(call: LineCall, point: Point): Promise<void> {
    for (const watcher of [...this.#watchers]) await watcher(call, point);
  }
}
