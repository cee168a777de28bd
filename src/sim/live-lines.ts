import { liveMessage } from '../adapters/portable/live-message.ts';
import { brandId, type UserId } from '../core/ids.ts';
import type { LiveEnd, LiveEvents, LiveFeed } from '../ports/live.ts';
import type { LiveSocket } from '../server/live/live-connection.ts';
import type { LiveHub } from '../server/live/live-hub.ts';
import type { LineEnd } from '../stage/phone-world.ts';
import type { Teller } from '../stage/teller.ts';
import type { Agenda } from './agenda.ts';
import type { PlanBoard } from './plan-board.ts';

/** What simulated live connections run in. */
export interface LiveWorld {
  readonly agenda: Agenda;
  readonly board: PlanBoard;
  readonly teller: Teller;
  /** One-way delay of the next message of a lane, ms. */
  readonly delayMs: (lane: string) => number;
  /** Whom the server tells; null while it is stopped. */
  readonly hub: () => LiveHub | null;
}

/** The live connections of all simulated devices: the server's own hub at the other end of a line with delays and faults. */
export class LiveLines {
  readonly #world: LiveWorld;
  readonly #connections = new Set<Connection>();

  constructor(world: LiveWorld) {
    this.#world = world;
  }

  /** Where one life is told of changes. */
  feedOf(end: LineEnd): LiveFeed {
    return {
      open: (deviceId, events) => {
        const connection = new Connection(this.#world, { end, deviceId, events });
        connection.onOver = () => this.#connections.delete(connection);
        this.#connections.add(connection);
        connection.begin();
        return { close: () => connection.hangUp() };
      },
    };
  }

  /** A device that loses its line sees its connections end; the server does not. */
  setOnline(device: string, online: boolean): void {
    if (!online) for (const connection of this.#of(device)) connection.breakOff('the line was cut');
  }

  /** The process of a killed device is gone, and its connections with it. */
  forget(device: string): void {
    for (const connection of this.#of(device)) connection.hangUp();
  }

  #of(device: string): readonly Connection[] {
    return [...this.#connections].filter(({ device: of }) => of === device);
  }
}

interface Guest {
  readonly end: LineEnd;
  readonly deviceId: string;
  readonly events: LiveEvents;
}

/** One connection: messages of a direction keep their order, and vanish while the line is cut. */
class Connection {
  readonly device: string;
  onOver: () => void = () => undefined;
  readonly #world: LiveWorld;
  readonly #guest: Guest;
  readonly #arrivals = { device: 0, server: 0 };
  /** The server's end, once it has taken the connection. */
  #server: { answered(): void; gone(): void } | null = null;
  #isOver = false;

  constructor(world: LiveWorld, guest: Guest) {
    this.#world = world;
    this.#guest = guest;
    this.device = guest.end.device;
  }

  begin(): void {
    if (this.#guest.end.isOnline()) this.#send('server', () => this.#knock());
    else this.#world.agenda.after(0, this.device, () => this.#closed('lost', 'there is no line'));
  }

  /** The device ends it: nothing is told any more. */
  hangUp(): void {
    if (this.#isOver) return;
    this.#send('server', () => this.#server?.gone());
    this.#over();
  }

  /** The line breaks, and the device notices. */
  breakOff(detail: string): void {
    this.#world.agenda.after(0, this.device, () => this.#closed('lost', detail));
  }

  #knock(): void {
    const { end, deviceId } = this.#guest;
    const hub = this.#world.hub();
    const user = brandId<UserId>(end.user);
    const refused = hub?.refusal(user, deviceId) ?? null;
    if (hub === null) this.#send('device', () => this.#closed('lost', 'the server refuses connections'));
    else if (refused !== null) {
      const { heartbeatMs } = hub.limits;
      this.#send('device', () => this.#closed('refused', String(refused.problem.detail), heartbeatMs));
    } else if (!this.#isOver)
      this.#server = hub.open(this.#socket(), { user, deviceId, expiresMs: null, wantsBeats: false });
  }

  #socket(): LiveSocket {
    const end = (): void => {
      this.#server?.gone();
      this.#send('device', () => this.#closed('lost', 'the server closed the connection'));
    };
    return {
      send: (text, written) => {
        this.#say(text);
        written();
      },
      ping: () =>
        this.#send('device', () => {
          this.#guest.events.beat();
          this.#send('server', () => this.#server?.answered());
        }),
      close: end,
      destroy: end,
    };
  }

  #say(text: string): void {
    const message = liveMessage(text);
    const { events } = this.#guest;
    if (message?.type === 'hello') this.#send('device', () => events.hello(message.heartbeatMs));
    if (message?.type !== 'changed') return;
    if (!this.#world.board.losesHint(this.device)) this.#send('device', () => events.changed());
    else this.#world.teller.tell('fault', this.device, { fault: 'lose-hint', options: {}, call: 'hint' });
  }

  /** Brings a message over the line, behind those before it. */
  #send(to: 'device' | 'server', arrived: () => void): void {
    const { agenda, board, delayMs } = this.#world;
    const atMs = Math.max(this.#arrivals[to], agenda.nowMs + delayMs(`${this.device}/live/${to}`));
    this.#arrivals[to] = atMs;
    agenda.after(atMs - agenda.nowMs, this.device, () => {
      const { end } = this.#guest;
      if (board.isCut(this.device) || !end.isOnline()) return;
      if (to === 'server' || (!this.#isOver && end.isAlive())) arrived();
    });
  }

  #closed(kind: LiveEnd['kind'], detail: string, retryAfterMs: number | null = null): void {
    if (this.#isOver) return;
    this.#over();
    if (this.#guest.end.isAlive()) this.#guest.events.closed({ kind, detail, retryAfterMs });
  }

  #over(): void {
    this.#isOver = true;
    this.onOver();
  }
}
