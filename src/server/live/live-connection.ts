import type { UserId } from '../../core/ids.ts';

/** One end of a WebSocket, as the hub uses it. */
export interface LiveSocket {
  /** Sends a text; `written` is called once it has left this process, and not after the end. */
  send(text: string, written: () => void): void;
  /** Sends a heartbeat that the other end must answer. */
  ping(): void;
  /** Ends the connection in order, with a code of RFC 6455 and a reason for people. */
  close(code: number, reason: string): void;
  /** Ends it at once. */
  destroy(): void;
}

/** Who is at the other end. */
export interface LiveGuest {
  readonly user: UserId;
  /** The device, when it says who it is. */
  readonly deviceId: string | null;
  /** When its token ends, ms of the server's clock; null: never. */
  readonly expiresMs: number | null;
  /** Whether it wants heartbeats as messages: a client that can't see those of the protocol. */
  readonly wantsBeats: boolean;
}

/**
 * One live connection. At most one message is on its way: what comes meanwhile is owed and said once, so a slow reader costs no
 * memory, and a reader that does not read at all misses its heartbeats and is cut.
 */
export class LiveConnection {
  readonly guest: LiveGuest;
  readonly #socket: LiveSocket;
  #isWriting = false;
  #owed: string | null = null;
  #missed = 0;
  /** When the next heartbeat is due, on the hub's monotonic clock. */
  beatAtMs = 0;

  constructor(socket: LiveSocket, guest: LiveGuest) {
    this.#socket = socket;
    this.guest = guest;
  }

  /** Says it now, or once the message before has left; of several that wait only the last is said. */
  say(text: string): void {
    if (this.#isWriting) {
      this.#owed = text;
      return;
    }
    this.#isWriting = true;
    this.#socket.send(text, () => {
      this.#isWriting = false;
      const owed = this.#owed;
      this.#owed = null;
      if (owed !== null) this.say(owed);
    });
  }

  /** Sends a heartbeat; false when too many before it stayed unanswered. */
  beat(missedMax: number): boolean {
    if (this.#missed >= missedMax) return false;
    this.#missed += 1;
    this.#socket.ping();
    // A hint that is owed must not be replaced by a heartbeat, and says as much.
    if (this.guest.wantsBeats && !this.#isWriting) this.say('{"type":"beat"}');
    return true;
  }

  /** The other end answered a heartbeat. */
  answered(): void {
    this.#missed = 0;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
