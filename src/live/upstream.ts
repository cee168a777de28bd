import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';
import { passedOn, type WholeAnswer, type WholeRequest, wholeBody } from '../server/http/whole-message.ts';

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
    const answer = await this.#send(this.next(), request);
    return { status: answer.statusCode ?? 0, headers: passedOn(answer.headers), body: await wholeBody(answer) };
  }

  /** The server whose turn it is. */
  next(): URL {
    const server = this.#servers[this.#turn % this.#servers.length] ?? '';
    this.#turn += 1;
    return new URL(server);
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
