import { randomBytes } from 'node:crypto';
import type { RawHttp } from '../adapters/node/raw-http.ts';
import { type EntityKey, uuidV7 } from '../core/ids.ts';
import type { ServerRow } from '../core/protocol/messages.ts';
import { session } from './changes.ts';
import { FaultDesk } from './fault-desk.ts';
import { type Answer, ProbeLine, type Question } from './line.ts';
import { ProbeSkipped, Unprepared } from './outcome.ts';
import { ProbeDevice } from './probe-device.ts';
import { Transcript } from './transcript.ts';
import type { ProbeUser, UserSource } from './users.ts';

/** What all probes of a run share. */
export interface RunGround {
  readonly http: RawHttp;
  readonly users: UserSource;
  /** Drawn once per run; in every name and id that the run makes up. */
  readonly runId: string;
  /** Whether the server's fault interface may be used. */
  readonly faults: boolean;
  /** How far the server's clock is ahead of this machine's, ms. */
  readonly aheadMs: number;
  /** Every token that was sent, to keep them out of evidence. */
  readonly secrets: Set<string>;
  /** Addresses that answered 200 at least once: from then on, refusing a sound request there is a finding. */
  readonly served: Set<string>;
}

/** A counter row as it was found, so that it can be put back. */
export interface CountersBefore {
  readonly user: ProbeUser;
  /** Null: there was none. */
  readonly row: ServerRow | null;
}

/** What one probe works with: users, devices and ids of its own, and the transcript of what it asked. */
export class Bench {
  readonly runId: string;
  readonly transcript: Transcript;
  /** Users that probes asked for, for the clean-up. */
  readonly usersSeen = new Map<string, ProbeUser>();
  readonly countersBefore: CountersBefore[] = [];
  readonly #ground: RunGround;
  readonly #name: string;
  readonly #line: ProbeLine;
  #count = 0;

  /** `name`: of the probe within the run, short; it goes into ids. */
  constructor(ground: RunGround, name: string) {
    this.#ground = ground;
    this.#name = name;
    this.runId = ground.runId;
    this.transcript = new Transcript(ground.secrets);
    this.#line = new ProbeLine(ground.http, { secrets: ground.secrets, transcript: this.transcript });
  }

  /** The user whose rows the probe works with. */
  get own(): ProbeUser {
    return this.#seen(this.#ground.users.own(`${this.#ground.runId}-${this.#name}`));
  }

  /** Another user. ProbeSkipped when there is none. */
  get other(): ProbeUser {
    const other = this.#ground.users.other(`${this.#ground.runId}-${this.#name}`);
    if (other === null)
      throw new ProbeSkipped('it needs the token of another user: --token-file other=FILE beside that of own=FILE');
    return this.#seen(other);
  }

  /** A user made up for this probe, whose singletons and whose account may be deleted. ProbeSkipped with given tokens. */
  get drawn(): ProbeUser {
    const user = this.own;
    if (user.isDrawn) return user;
    throw new ProbeSkipped('it would delete what the user of the token owns; it needs users made up for it');
  }

  /** The fault interface of the server. ProbeSkipped without it. */
  async faults(): Promise<FaultDesk> {
    if (!this.#ground.faults)
      throw new ProbeSkipped('it needs the fault interface: --faults, and a server that serves it');
    const desk = new FaultDesk(this.#line);
    if (await desk.isThere()) return desk;
    throw new ProbeSkipped('the server serves no fault interface');
  }

  /** Server time as far as it is known, ms. */
  nowMs(): number {
    return Date.now() + this.#ground.aheadMs;
  }

  /** An id of a change, resolution or life. */
  newId(): string {
    const bytes = randomBytes(12);
    return uuidV7(this.nowMs(), [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8)]);
  }

  /** A text that nobody else uses. */
  name(what: string): string {
    this.#count += 1;
    return `${this.#ground.runId}-${this.#name}-${what}${this.#count}`;
  }

  /** The key of a row that is not there yet. */
  key(entityType = 'meditation'): EntityKey {
    return { entityType, entityId: this.name('row') };
  }

  /** A device that the server does not know yet. */
  device(user: ProbeUser = this.own, id: string = this.name('device')): ProbeDevice {
    return new ProbeDevice({
      id,
      user,
      line: this.#line,
      served: this.#ground.served,
      newId: () => this.newId(),
      nowMs: () => this.nowMs(),
    });
  }

  /** A second device of the same user that holds the same cursor and epoch. */
  sibling(of: ProbeDevice): ProbeDevice {
    const device = this.device(of.user);
    device.epoch = of.epoch;
    device.cursor = of.cursor;
    return device;
  }

  /** Asks anything. */
  ask(question: Question): Promise<Answer> {
    return this.#line.ask(question);
  }

  /** Asks under a made-up or missing token, sent as it is. */
  askAs(authorization: string | null, question: Omit<Question, 'user'>): Promise<Answer> {
    const headers = { ...question.headers, authorization: authorization ?? '' };
    return this.#line.ask({ ...question, user: null, headers });
  }

  /** A row that is there: its key and version. */
  async madeRow(device: ProbeDevice, values: Readonly<Record<string, unknown>> = {}): Promise<MadeRow> {
    const key = this.key();
    const change = device.create(key, session(values));
    const version = (await device.push(change)).version(change);
    return { key, version, changeId: change.id };
  }

  /** So many rows, each in a push of its own, by four devices side by side. */
  async madeRows(device: ProbeDevice, count: number): Promise<readonly MadeRow[]> {
    const lanes = [device, this.sibling(device), this.sibling(device), this.sibling(device)];
    const made: MadeRow[] = [];
    await Promise.all(
      lanes.map(async (lane, first) => {
        for (let at = first; at < count; at += lanes.length) made.push(await this.madeRow(lane));
      }),
    );
    return made;
  }

  /** The row of the user's counters, live, with the sums it had before. */
  async counters(device: ProbeDevice): Promise<Counters> {
    const key = { entityType: 'meditationStats', entityId: 'me' };
    const before = await device.row(key);
    this.countersBefore.push({ user: device.user, row: before === undefined || before.deleted ? null : before });
    if (before === undefined || before.deleted) {
      const change = device.create(key, { longestStreakDays: 0 }, { baseVersion: before?.version ?? null });
      (await device.push(change)).version(change);
    }
    const row = await device.row(key);
    if (row === undefined || row.deleted) throw new Unprepared('the row of counters is not there after it was made');
    return { key, row };
  }

  #seen(user: ProbeUser): ProbeUser {
    // Drawn users are made anew at each look: the first one stays.
    const seen = this.usersSeen.get(user.label) ?? user;
    this.usersSeen.set(user.label, seen);
    return seen;
  }
}

/** The row of counters, live. */
export interface Counters {
  readonly key: EntityKey;
  readonly row: ServerRow;
}

/** A row that a probe made. */
export interface MadeRow {
  readonly key: EntityKey;
  readonly version: number;
  readonly changeId: string;
}
