import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';

/** A request as it came from a device, whole. */
export interface WholeRequest {
  readonly method: string;
  /** Request target: path and query. */
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** A server's answer, whole, its body still encoded as the server sent it. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Headers that belong to one connection and are not passed on. */
const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'proxy-connection', 'upgrade', 'te', 'trailer'];

/** The servers behind the proxy, asked in turn. */
export class Upstream {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #secureAgent = new SecureAgent({ keepAlive: true });
  #servers: readonly string[];
  #turn = 0;

  /** `servers`: base addresses, http or https, with an optional path; one or more. */
  constructor(servers: readonly string[]) {
    this.#servers = servers;
  }

  /** Takes other servers from the next request on: after a restart on another port. */
  redirect(servers: readonly string[]): void {
    this.#servers = servers;
  }

  /** Hands the request to the next server. Rejects when no whole answer comes. */
  async forward(request: WholeRequest): Promise<WholeAnswer> {
    const server = this.#servers[this.#turn % this.#servers.length] ?? '';
    this.#turn += 1;
    const answer = await this.#send(new URL(server), request);
    return { status: answer.statusCode ?? 0, headers: passedOn(answer.headers), body: await wholeBody(answer) };
  }

  /** Drops all connections; requests on the way reject. */
  close(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }

  #send(server: URL, { method, url, headers, body }: WholeRequest): Promise<IncomingMessage> {
    const { hostname, port, host, protocol, pathname } = server;
    const isSecure = protocol === 'https:';
    const to = { hostname, port, method, path: pathname.replace(/\/+$/, '') + url };
    const sent = { ...passedOn(headers), host, 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const request = isSecure
        ? httpsRequest({ ...to, agent: this.#secureAgent, headers: sent }, resolve)
        : httpRequest({ ...to, agent: this.#agent, headers: sent }, resolve);
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** The body of a message. Rejects when it is cut off. */
export async function wholeBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function passedOn(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.includes(name)));
}
