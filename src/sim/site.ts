import type { HttpAnswer } from '../adapters/portable/http-exchange.ts';
import { brandId, type EntityKey, type UserId } from '../core/ids.ts';
import { protocolVersion } from '../core/protocol/messages.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Edit } from '../engine/device.ts';
import type { Call } from '../ports/transport.ts';
import { refuse } from '../server/decide/refusal.ts';
import { LiveHub } from '../server/live/live-hub.ts';
import { LocalChanges } from '../server/store/changes.ts';
import { Replica } from '../stage/replica.ts';
import { RequestCounts } from '../stage/request-counts.ts';
import type { RecordedRequest, StageServer } from '../stage/server.ts';
import type { ServerBooks } from '../stage/server-books.ts';
import type { ServerDesk } from '../stage/server-desk.ts';
import type { Teller } from '../stage/teller.ts';
import type { Agenda } from './agenda.ts';
import type { Door } from './door.ts';

/** The clock of a simulated server: true time plus an offset. */
export class SiteClock {
  readonly #agenda: Agenda;
  readonly #startedWallMs: number;
  #offsetMs = 0;

  constructor(agenda: Agenda, startedWallMs: number) {
    this.#agenda = agenda;
    this.#startedWallMs = startedWallMs;
  }

  /** Wall time, ms. */
  nowMs(): number {
    return this.#startedWallMs + this.#agenda.nowMs + this.#offsetMs;
  }

  /** Sets the clock to true time plus `offsetMs`. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }
}

/** What a simulated server consists of. */
export interface SiteParts {
  readonly agenda: Agenda;
  readonly clock: SiteClock;
  readonly books: ServerBooks;
  /** Opens the books of a restored server. */
  readonly reopen: (bytes: Buffer) => ServerBooks;
  readonly teller: Teller;
  /** Largest request body it reads, bytes; null: whatever comes. */
  readonly bodyBytes: number | null;
  /** Told of everything that a condition could see. */
  changed(): void;
}

/** The server of a simulated world: the reference server's own decisions on its own store, at virtual time. */
export class Site implements StageServer, Door {
  readonly #parts: SiteParts;
  readonly #counts = new RequestCounts();
  #books: ServerBooks;
  #backup: Buffer | null = null;
  readonly #replica: Replica;
  #running = true;
  readonly #changes = new LocalChanges();
  #hub: LiveHub;

  constructor(parts: SiteParts) {
    this.#parts = parts;
    this.#books = parts.books;
    this.#replica = new Replica(parts.reopen);
    this.#hub = this.#openHub();
  }

  serve(user: string, call: Call, begunMs: number): HttpAnswer {
    const { teller, changed } = this.#parts;
    this.#counts.add(call.name);
    changed();
    const refused = this.#tooLarge(call);
    if (refused !== null) return refused;
    const answer = this.#replica.serveOf(call.name, this.#books.serve)(
      {
        name: call.name,
        user: brandId<UserId>(user),
        body: call.body,
        deviceId: call.deviceId,
        protocolVersion,
        schemaVersion: call.schemaVersion,
        appVersion: null,
      },
      begunMs,
    );
    if (answer.status === 200 && (call.name === 'push' || call.name === 'resolve')) {
      this.#changes.tell(brandId<UserId>(user));
      const { name, deviceId, body: asked } = call;
      teller.served({ call: name, deviceId, asked, answered: () => JSON.parse(answer.body) as unknown });
    }
    return answer;
  }

  redeliver({ user, name, body }: RecordedRequest): void {
    const { clock } = this.#parts;
    const deviceId = typeof body.deviceId === 'string' ? body.deviceId : '';
    const call = { name, user: brandId<UserId>(user), body, deviceId, protocolVersion, schemaVersion: null };
    this.#books.serve({ ...call, appVersion: null }, clock.nowMs());
  }

  /** Whom it tells of changes at once; null while it is stopped. */
  get hub(): LiveHub | null {
    return this.#running ? this.#hub : null;
  }

  #openHub(): LiveHub {
    const { agenda, clock } = this.#parts;
    return new LiveHub({
      changes: this.#changes,
      epoch: async () => this.#books.store.read(() => this.#books.store.epoch()),
      time: {
        wallMs: () => clock.nowMs(),
        monoMs: () => agenda.nowMs,
        after: (delayMs, callback) => agenda.after(delayMs, 'server', callback).cancel,
      },
    });
  }

  /** 413, as the HTTP server answers it before anything is judged. */
  #tooLarge({ body }: Call): HttpAnswer | null {
    const { bodyBytes: limit } = this.#parts;
    if (limit === null || Buffer.byteLength(JSON.stringify(body)) <= limit) return null;
    const { status, problem } = refuse('body_too_large', `A body has at most ${limit} bytes.`, { limit });
    return { status, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) };
  }

  isRunning(): boolean {
    return this.#running;
  }

  wallMs(): number {
    return this.#parts.clock.nowMs();
  }

  requests(): Readonly<Record<CallName, number>> {
    return this.#counts.read();
  }

  stop(): void {
    this.#running = false;
    void this.#hub.close();
    this.#tell({ change: 'stopped' });
  }

  start(delayMs: number): void {
    const rise = (): void => {
      this.#running = true;
      this.#hub = this.#openHub();
      this.#tell({ change: 'started' });
    };
    if (delayMs === 0) rise();
    else this.#parts.agenda.after(delayMs, 'server', rise);
  }

  setClock(offsetMs: number): void {
    this.#parts.clock.set(offsetMs);
    this.#parts.teller.tell('clock', 'server', { offsetMs });
  }

  row(user: string, key: EntityKey): ReturnType<ServerDesk['row']> {
    return this.#books.desk.row(user, key);
  }

  rows(user: string, entityType: string): ReturnType<ServerDesk['rows']> {
    return this.#books.desk.rows(user, entityType);
  }

  effects(user: string, changeIds: readonly string[]): ReadonlyMap<string, number> {
    return this.#books.desk.effects(user, changeIds);
  }

  history(user: string, key: EntityKey): ReturnType<ServerDesk['history']> {
    return this.#books.desk.history(user, key);
  }

  verdicts(user: string): ReturnType<ServerDesk['verdicts']> {
    return this.#books.desk.verdicts(user);
  }

  digest(user: string): ReturnType<ServerDesk['digest']> {
    return this.#books.desk.digest(user);
  }

  write(user: string, edit: Edit): ReturnType<ServerDesk['write']> {
    const outcome = this.#books.desk.write(user, edit);
    this.#changes.tell(brandId<UserId>(user));
    this.#tell({ change: 'written', user, edit, outcome });
    return outcome;
  }

  purge(olderThanMs: number): void {
    this.#books.desk.purge(olderThanMs);
    this.#tell({ change: 'purged', olderThanMs });
  }

  raiseEpoch(): void {
    this.#books.desk.raiseEpoch();
    this.#changes.tellAll();
    this.#tell({ change: 'restored' });
  }

  requireSchema(schemaVersionMin: number): void {
    this.#books.requireSchema(schemaVersionMin);
    this.#tell({ change: `needs data of version ${schemaVersionMin}` });
  }

  forgetResults(): void {
    this.#books.store.forgetResults();
    this.#tell({ change: 'forgot verdicts' });
  }

  setLagging(lagging: boolean): void {
    this.#replica.set(lagging, this.#books.store);
    this.#tell({ change: lagging ? 'lags' : 'lags no more' });
  }

  backup(): void {
    this.#backup = this.#books.store.snapshot();
    this.#tell({ change: 'backed up' });
  }

  restore(): boolean {
    if (this.#backup === null) return false;
    this.#replica.drop();
    this.#books.store.close();
    this.#books = this.#parts.reopen(this.#backup);
    this.raiseEpoch();
    return true;
  }

  /** Frees the store. */
  close(): void {
    this.#replica.drop();
    this.#books.store.close();
  }

  #tell(data: Readonly<Record<string, unknown>>): void {
    this.#parts.changed();
    this.#parts.teller.tell('server', 'server', data);
  }
}
