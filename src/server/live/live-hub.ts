import type { Epoch, UserId } from '../../core/ids.ts';
import { type Refusal, refuse } from '../decide/refusal.ts';
import type { Changes } from '../store/changes.ts';
import { LiveConnection, type LiveGuest, type LiveSocket } from './live-connection.ts';
import { defaultLiveLimits, type LiveLimits } from './live-limits.ts';

/** Timers and clocks of a hub. */
export interface LiveTime {
  /** The server's clock, by which tokens end, ms. */
  wallMs(): number;
  /** A clock that never steps back, ms. */
  monoMs(): number;
  /** Calls back once, later; gives what prevents it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** What a hub needs. */
export interface LiveHubParts {
  readonly changes: Changes;
  readonly epoch: () => Promise<Epoch>;
  readonly time: LiveTime;
  readonly limits?: Partial<LiveLimits>;
  /** Whether a hint to this guest is lost: faults of a test world. Default: none is. */
  readonly losesHint?: (guest: LiveGuest) => boolean;
}

/** Codes that end connections: 1001 and 1013 of RFC 6455, the others ours. */
const liveCodes = { closing: 1001, full: 1013, expired: 4401, replaced: 4409 } as const;

interface Listening {
  readonly connections: Set<LiveConnection>;
  readonly stop: () => void;
}

/** All live connections of a server process: who is told of which change, and who has been silent for too long. */
export class LiveHub {
  readonly #parts: LiveHubParts;
  readonly limits: LiveLimits;
  readonly #users = new Map<UserId, Listening>();
  /** Users whose change is to be told, oldest first. */
  readonly #due = new Set<UserId>();
  #count = 0;
  #cancelHints: (() => void) | null = null;
  #cancelSweep: (() => void) | null = null;
  #isClosing = false;
  #onEmpty: (() => void) | null = null;

  constructor(parts: LiveHubParts) {
    this.#parts = parts;
    this.limits = { ...defaultLiveLimits, ...parts.limits };
  }

  /** Connections now. */
  get count(): number {
    return this.#count;
  }

  /** Why nobody more may come in for this user, or null. */
  refusal(user: UserId, deviceId: string | null): Refusal | null {
    if (this.#isClosing) return refuse('unavailable', 'The server is closing.');
    const { perUser, inAll } = this.limits;
    if (this.#count >= inAll) return refuse('unavailable', 'Too many live connections are open.');
    const own = this.#users.get(user)?.connections ?? new Set();
    if (own.size < perUser || this.#ofDevice(own, deviceId) !== null) return null;
    return refuse('too_many_requests', `A user has at most ${perUser} live connections.`);
  }

  /** Takes a connection in. Its ends are told to what this gives. An earlier one of the same device is closed. */
  open(socket: LiveSocket, guest: LiveGuest): { answered(): void; gone(): void } {
    const connection = new LiveConnection(socket, guest);
    const { user, deviceId } = guest;
    const refused = this.refusal(user, deviceId);
    if (refused !== null) {
      connection.close(liveCodes.full, String(refused.problem.detail));
      return { answered: () => undefined, gone: () => undefined };
    }
    const listening = this.#users.get(user) ?? this.#listen(user);
    this.#ofDevice(listening.connections, deviceId)?.close(liveCodes.replaced, 'the device opened another connection');
    listening.connections.add(connection);
    this.#count += 1;
    connection.beatAtMs = this.#parts.time.monoMs() + this.limits.heartbeatMs;
    this.#cancelSweep ??= this.#parts.time.after(this.#sweepMs, () => this.#sweep());
    void this.#greet(connection);
    return { answered: () => connection.answered(), gone: () => this.#gone(listening, connection) };
  }

  /** Ends all connections there are; devices come again. */
  endAll(): void {
    for (const connection of this.#all()) connection.close(liveCodes.closing, 'the server starts anew, or ends');
  }

  /** Tells everyone that the server goes, and resolves when all have gone, or were cut after a moment. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelHints?.();
    this.endAll();
    if (this.#count > 0) {
      const cancel = this.#parts.time.after(this.limits.closeGraceMs, () => {
        for (const connection of this.#all()) connection.destroy();
      });
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      cancel();
    }
    this.#cancelSweep?.();
    this.#cancelSweep = null;
  }

  async #greet(connection: LiveConnection): Promise<void> {
    try {
      const epoch = await this.#parts.epoch();
      connection.say(JSON.stringify({ type: 'hello', epoch, heartbeatMs: this.limits.heartbeatMs }));
    } catch {
      // The store can't be reached, so there is nothing to be told of: the device comes again.
      connection.close(liveCodes.full, 'the store can not be reached');
    }
  }

  #listen(user: UserId): Listening {
    const stop = this.#parts.changes.onChanged(user, () => {
      this.#due.add(user);
      this.#cancelHints ??= this.#parts.time.after(this.limits.hintMs, () => this.#hint());
    });
    const listening = { connections: new Set<LiveConnection>(), stop };
    this.#users.set(user, listening);
    return listening;
  }

  #hint(): void {
    this.#cancelHints = null;
    const text = JSON.stringify({ type: 'changed', at: this.#parts.time.wallMs() });
    let left = this.limits.hintUsers;
    for (const user of this.#due) {
      if (left === 0) break;
      left -= 1;
      this.#due.delete(user);
      for (const connection of this.#users.get(user)?.connections ?? [])
        if (this.#parts.losesHint?.(connection.guest) !== true) connection.say(text);
    }
    if (this.#due.size > 0) this.#cancelHints = this.#parts.time.after(this.limits.hintMs, () => this.#hint());
  }

  /** Ends what has ended or been silent for too long, and sends the heartbeats that are due. */
  #sweep(): void {
    const { time } = this.#parts;
    const [wall, mono] = [time.wallMs(), time.monoMs()];
    for (const connection of this.#all()) {
      const { expiresMs } = connection.guest;
      if (expiresMs !== null && wall >= expiresMs) connection.close(liveCodes.expired, 'the token has ended');
      else if (mono >= connection.beatAtMs) this.#beat(connection, mono);
    }
    this.#cancelSweep = this.#count === 0 ? null : time.after(this.#sweepMs, () => this.#sweep());
  }

  #beat(connection: LiveConnection, mono: number): void {
    const { missedMax, heartbeatMs } = this.limits;
    connection.beatAtMs = mono + heartbeatMs;
    if (!connection.beat(missedMax)) connection.destroy();
  }

  get #sweepMs(): number {
    return Math.min(1_000, this.limits.heartbeatMs / 4);
  }

  #gone(listening: Listening, connection: LiveConnection): void {
    if (!listening.connections.delete(connection)) return;
    this.#count -= 1;
    const { user } = connection.guest;
    if (listening.connections.size === 0 && this.#users.get(user) === listening) {
      listening.stop();
      this.#users.delete(user);
    }
    if (this.#count === 0) this.#onEmpty?.();
  }

  #ofDevice(connections: ReadonlySet<LiveConnection>, deviceId: string | null): LiveConnection | null {
    if (deviceId === null) return null;
    for (const connection of connections) if (connection.guest.deviceId === deviceId) return connection;
    return null;
  }

  *#all(): Iterable<LiveConnection> {
    for (const { connections } of [...this.#users.values()]) yield* [...connections];
  }
}
