import type { EntityKey } from '../core/ids.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Edit } from '../engine/device.ts';
import { present } from '../lib/assert.ts';
import { RequestCounts } from '../stage/request-counts.ts';
import type { ServerWriteOutcome, StageRow, StageServer, StageVersion, VerdictCounts } from '../stage/server.ts';
import type { Teller } from '../stage/teller.ts';
import type { HostedCallName, HostedCalls, HostedClock, ServedCall } from './host-messages.ts';
import type { ScaledTime } from './scaled-time.ts';
import type { HostedServer } from './server-host.ts';

/** What the server of a live stage stands in. */
export interface LiveServerParts {
  readonly time: ScaledTime;
  readonly startedWallMs: number;
  readonly teller: Teller;
  /** The device's name in the story for the id it makes itself known by. */
  readonly deviceOf: (deviceId: string) => string;
  /** Sends requests to these addresses, in turn, from now on. */
  readonly redirect: (urls: readonly string[]) => void;
  /** Told of everything that a condition could see. */
  readonly changed: () => void;
  /** Takes the failure of what nobody waits for. */
  readonly fail: (error: unknown) => void;
}

/** The server of a live stage as its steps see it: one store, and one or more HTTP servers on it in other processes. */
export class LiveServer implements StageServer {
  readonly #all: readonly HostedServer[];
  /** The one that does what is done once. */
  readonly #hosted: HostedServer;
  readonly #parts: LiveServerParts;
  readonly #counts = new RequestCounts();
  #offsetMs = 0;
  #running = true;
  #hasBackup = false;

  /** `hosted`: one or more servers on one store. */
  constructor(hosted: readonly HostedServer[], parts: LiveServerParts) {
    this.#all = hosted;
    this.#hosted = present(hosted[0], 'a stage has a server');
    this.#parts = parts;
  }

  /** The clock of the server as it should run now. */
  clock(): HostedClock {
    const { time, startedWallMs } = this.#parts;
    const { speed, startedAt, movedMs } = time;
    return { startedWallMs, startedAt, speed, movedMs, offsetMs: this.#offsetMs };
  }

  /** Wall time at the server, ms. */
  nowMs(): number {
    return this.#parts.startedWallMs + this.#parts.time.nowMs + this.#offsetMs;
  }

  /** Takes what the server has answered. */
  served({ call, deviceId, status, bodies }: ServedCall): void {
    const { teller, deviceOf, changed } = this.#parts;
    this.#counts.add(call);
    teller.tell('arrived', 'server', { call, from: deviceOf(deviceId), status });
    if (bodies !== null) teller.served({ call, deviceId, asked: bodies.asked, answered: () => bodies.answered });
    changed();
  }

  row(user: string, key: EntityKey): Promise<StageRow | null> {
    return this.#hosted.ask('row', { user, key });
  }

  rows(user: string, entityType: string): Promise<readonly StageRow[]> {
    return this.#hosted.ask('rows', { user, entityType });
  }

  async effects(user: string, changeIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Map(await this.#hosted.ask('effects', { user, changeIds }));
  }

  history(user: string, key: EntityKey): Promise<readonly StageVersion[]> {
    return this.#hosted.ask('history', { user, key });
  }

  verdicts(user: string): Promise<VerdictCounts> {
    return this.#hosted.ask('verdicts', { user });
  }

  digest(user: string): Promise<Readonly<Record<string, { readonly count: number; readonly hash: string }>>> {
    return this.#hosted.ask('digest', { user });
  }

  requests(): Readonly<Record<CallName, number>> {
    return this.#counts.read();
  }

  async write(user: string, edit: Edit): Promise<ServerWriteOutcome> {
    const outcome = await this.#hosted.ask('write', { user, edit });
    this.#tell({ change: 'written', user, edit, outcome });
    return outcome;
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ask('stop', null);
    this.#tell({ change: 'stopped' });
  }

  start(delayMs: number): void {
    this.#parts.time.after(delayMs, 'server', () => {
      this.#listen().catch(this.#parts.fail);
    });
  }

  isRunning(): boolean {
    return this.#running;
  }

  async setClock(offsetMs: number): Promise<void> {
    this.#offsetMs = offsetMs;
    await this.syncClock(0);
    this.#parts.teller.tell('clock', 'server', { offsetMs });
  }

  /** Sets the server's clock by that of the story, moved ahead by another `aheadMs`. */
  async syncClock(aheadMs: number): Promise<void> {
    const clock = this.clock();
    await this.#ask('setClock', { ...clock, movedMs: clock.movedMs + aheadMs });
  }

  async purge(olderThanMs: number): Promise<void> {
    await this.#hosted.ask('purge', { olderThanMs });
    this.#tell({ change: 'purged', olderThanMs });
  }

  async raiseEpoch(): Promise<void> {
    await this.#hosted.ask('raiseEpoch', null);
    this.#tell({ change: 'restored' });
  }

  async requireSchema(schemaVersionMin: number): Promise<void> {
    await this.#ask('requireSchema', { schemaVersionMin });
    this.#tell({ change: `needs data of version ${schemaVersionMin}` });
  }

  async forgetResults(): Promise<void> {
    await this.#hosted.ask('forgetResults', null);
    this.#tell({ change: 'forgot verdicts' });
  }

  async setLagging(lagging: boolean): Promise<void> {
    if (!lagging) await this.#ask('catchUp', null);
    else {
      const [first, ...others] = this.#all;
      const state = (await first?.ask('lag', { state: null })) ?? null;
      await Promise.all(others.map((server) => server.ask('lag', { state })));
    }
    this.#tell({ change: lagging ? 'lags' : 'lags no more' });
  }

  async backup(): Promise<void> {
    await this.#hosted.ask('backup', null);
    this.#hasBackup = true;
    this.#tell({ change: 'backed up' });
  }

  async restore(): Promise<boolean> {
    if (!this.#hasBackup) return false;
    await this.#ask('stop', null);
    await this.#ask('catchUp', null);
    await this.#hosted.ask('restore', null);
    if (this.#running) this.#parts.redirect(await this.#ask('listen', null));
    this.#tell({ change: 'restored' });
    return true;
  }

  /** Ends the servers and frees their store, the one that did what is done once last. */
  async close(): Promise<void> {
    for (const server of this.#all.toReversed()) await server.ask('close', null);
  }

  /** Asks all servers the same. */
  #ask<Name extends HostedCallName>(
    name: Name,
    asks: HostedCalls[Name]['asks'],
  ): Promise<HostedCalls[Name]['gives'][]> {
    return Promise.all(this.#all.map((server) => server.ask(name, asks)));
  }

  async #listen(): Promise<void> {
    if (this.#running) return;
    this.#parts.redirect(await this.#ask('listen', null));
    this.#running = true;
    this.#tell({ change: 'started' });
  }

  #tell(data: Readonly<Record<string, unknown>>): void {
    this.#parts.teller.tell('server', 'server', data);
    this.#parts.changed();
  }
}
