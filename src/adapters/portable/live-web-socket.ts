import { protocolVersion } from '../../core/protocol/messages.ts';
import { livePath } from '../../core/protocol/paths.ts';
import type { LiveEvents, LiveFeed } from '../../ports/live.ts';
import type { TokenSource } from '../../ports/transport.ts';
import { liveMessage } from './live-message.ts';
import { TokenGate } from './token-gate.ts';

/** What is used of a platform's WebSocket. */
export interface PlatformSocket {
  onmessage: ((event: { readonly data?: unknown }) => void) | null;
  onclose: ((event: { readonly code?: number }) => void) | null;
  close(): void;
}

/** The parts of a platform that live connections need. */
export interface PlatformLiveOptions {
  /** Address of the server with an optional path, `https://sync.example.org/base`. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  /** The user whose connections these are; without it, the user of the first token. */
  readonly subject?: string;
  /** Opens a WebSocket with these headers; in React Native `(url, headers) => new WebSocket(url, [], { headers })`. */
  readonly connect: (url: string, headers: Readonly<Record<string, string>>) => PlatformSocket;
}

/**
 * Live connections over a platform's own WebSocket, for phones. Such a socket shows neither pings nor why it was refused: the server
 * is asked for heartbeats as messages, and tokens are renewed by calls alone, whose refusals can be told from a broken line.
 */
export function platformLive({ baseUrl, tokens, subject, connect }: PlatformLiveOptions): LiveFeed {
  const gate = new TokenGate(tokens, subject ?? null);
  const url = `${baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}${livePath}?beat=message`;
  return {
    open(deviceId, events) {
      const opening = new Opening({ gate, events, dial: (token) => connect(url, headersOf(token, deviceId)) });
      void opening.begin();
      return { close: () => opening.close() };
    },
  };
}

function headersOf(token: string, deviceId: string): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token}`,
    'x-device-id': deviceId,
    'x-protocol-version': String(protocolVersion),
  };
}

interface OpeningParts {
  readonly gate: TokenGate;
  readonly events: LiveEvents;
  readonly dial: (token: string) => PlatformSocket;
}

/** One connection, from its token to its end. */
class Opening {
  readonly #parts: OpeningParts;
  #socket: PlatformSocket | null = null;
  #isOver = false;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    const got = await this.#parts.gate.current();
    if (this.#isOver) return;
    if (got.kind === 'token') this.#listen(this.#parts.dial(got.token));
    else this.#end(got.kind === 'refused' ? 'unauthenticated' : 'lost', got.detail);
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.close();
  }

  #listen(socket: PlatformSocket): void {
    const { events } = this.#parts;
    this.#socket = socket;
    socket.onclose = () => this.#end('lost', 'the connection ended');
    socket.onmessage = ({ data }) => {
      const message = this.#isOver || typeof data !== 'string' ? null : liveMessage(data);
      if (message?.type === 'hello') events.hello(message.heartbeatMs);
      else if (message?.type === 'changed') events.changed();
      else if (message?.type === 'beat') events.beat();
    };
  }

  #end(kind: 'unauthenticated' | 'lost', detail: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.events.closed({ kind, detail, retryAfterMs: null });
  }
}
