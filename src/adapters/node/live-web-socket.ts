import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { protocolVersion } from '../../core/protocol/messages.ts';
import { livePath } from '../../core/protocol/paths.ts';
import type { LiveEnd, LiveEvents, LiveFeed } from '../../ports/live.ts';
import type { TokenSource } from '../../ports/transport.ts';
import { liveMessage } from '../portable/live-message.ts';
import { retryAfterMs } from '../portable/retry-after.ts';
import { TokenGate } from '../portable/token-gate.ts';

/** What live connections need. */
export interface WebSocketLiveOptions {
  /** Address of the server with an optional path, `http://127.0.0.1:8080/base`. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  /** The user whose connections these are; without it, the user of the first token. */
  readonly subject?: string;
  /** Longest wait for an answer to the upgrade, ms. */
  readonly requestTimeoutMs: number;
}

/** A server that has no such address, or does not know it, is asked again after this, ms: it may have been updated. */
const absentRetryMs = 300_000;
/** Largest message taken, bytes: hints are short. */
const messageBytes = 65_536;

/** Live connections over WebSocket, for Node. A refused token is renewed once for each connection. */
export function webSocketLive(options: WebSocketLiveOptions): LiveFeed {
  const gate = new TokenGate(options.tokens, options.subject ?? null);
  return {
    open(deviceId, events) {
      const opening = new Opening({ options, gate, deviceId, events });
      void opening.begin();
      return { close: () => opening.close() };
    },
  };
}

interface OpeningParts {
  readonly options: WebSocketLiveOptions;
  readonly gate: TokenGate;
  readonly deviceId: string;
  readonly events: LiveEvents;
}

/** One connection, from its token to its end. */
class Opening {
  readonly #parts: OpeningParts;
  #socket: WebSocket | null = null;
  #isOver = false;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** Gets a token and connects; once more with a new one when the first is refused. */
  async begin(): Promise<void> {
    const { gate } = this.#parts;
    let got = await gate.current();
    while (!this.#isOver) {
      if (got.kind !== 'token') {
        this.#end(got.kind === 'refused' ? 'unauthenticated' : 'lost', got.detail);
        return;
      }
      const { token, renewed } = got;
      if ((await this.#connected(token)) !== 'unauthorized') return;
      if (renewed) {
        this.#end('unauthenticated', 'the server refuses the token');
        return;
      }
      got = await gate.after(token);
    }
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.terminate();
  }

  /** Resolves once the connection stands, or is refused in another way than for its token. */
  #connected(token: string): Promise<'unauthorized' | 'settled'> {
    const { options, deviceId } = this.#parts;
    const base = options.baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');
    const socket = new WebSocket(base + livePath, {
      headers: {
        authorization: `Bearer ${token}`,
        'x-device-id': deviceId,
        'x-protocol-version': String(protocolVersion),
      },
      handshakeTimeout: options.requestTimeoutMs,
      perMessageDeflate: false,
      maxPayload: messageBytes,
      followRedirects: false,
    });
    this.#socket = socket;
    return new Promise((resolve) => {
      socket.on('open', () => resolve('settled'));
      socket.on('unexpected-response', (_request, answer) => {
        const isUnauthorized = answer.statusCode === 401;
        if (!isUnauthorized) this.#refused(answer);
        resolve(isUnauthorized ? 'unauthorized' : 'settled');
        // It would be told as an error of its own otherwise.
        socket.removeAllListeners('close');
        socket.terminate();
      });
      this.#listen(socket);
      socket.on('close', (code) => {
        this.#end('lost', `the connection ended with code ${code}`);
        resolve('settled');
      });
    });
  }

  #listen(socket: WebSocket): void {
    const { events } = this.#parts;
    const tell = (what: () => void): void => {
      if (!this.#isOver) what();
    };
    socket.on('ping', () => tell(() => events.beat()));
    socket.on('message', (data) =>
      tell(() => {
        const message = liveMessage(String(data));
        if (message?.type === 'hello') events.hello(message.heartbeatMs);
        else if (message?.type === 'changed') events.changed();
        else if (message?.type === 'beat') events.beat();
      }),
    );
    // Every error is followed by the end.
    socket.on('error', () => undefined);
  }

  #refused({ statusCode = 0, headers }: IncomingMessage): void {
    const { date } = headers;
    const asked = retryAfterMs(headers['retry-after'], date);
    const isAbsent = statusCode < 500 && statusCode !== 429;
    this.#end('refused', `the server answered the upgrade with status ${statusCode}`, isAbsent ? absentRetryMs : asked);
  }

  #end(kind: LiveEnd['kind'], detail: string, retry: number | null = null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.events.closed({ kind, detail, retryAfterMs: retry });
  }
}
