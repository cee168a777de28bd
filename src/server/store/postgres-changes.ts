import { randomUUID } from 'node:crypto';
import type { Client, Pool } from '../../adapters/node/postgres-driver.ts';
import { brandId, type UserId } from '../../core/ids.ts';
import { type Changes, LocalChanges } from './changes.ts';
import { ownClient } from './postgres-pool.ts';
import { ofText, toText } from './postgres-text.ts';

const channel = 'guras_changes';
/** What is said in place of a user when anyone's data may have changed. */
const everyone = '*';
/** Users are told of together: each NOTIFY takes a lock that all commits of the database share. */
const gatherMs = 5;
/** A message of NOTIFY holds less than 8,000 bytes. */
const payloadMax = 7_000;
const reconnectMs = { first: 100, most: 5_000 };
const heartbeatMs = 30_000;

/**
 * Changes made by any server process on one database. Told after the commit and beside it: a push never waits for it, and a
 * server that dies in between leaves a hint untold, which the contract allows. Listens once somebody does.
 */
export class PostgresChanges implements Changes {
  readonly #pool: Pool;
  readonly #url: string;
  readonly #local = new LocalChanges();
  /** Names this process, so that it does not tell itself twice. */
  readonly #name = randomUUID();
  readonly #untold = new Set<string>();
  #telling: NodeJS.Timeout | null = null;
  #client: Client | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isListening = false;
  #isClosed = false;

  constructor(pool: Pool, url: string) {
    this.#pool = pool;
    this.#url = url;
  }

  onChanged(user: UserId, listener: () => void): () => void {
    if (!this.#isListening && !this.#isClosed) {
      this.#isListening = true;
      void this.#listen(reconnectMs.first);
    }
    return this.#local.onChanged(user, listener);
  }

  /** Tells of a commit that changed a user's data. */
  tell(user: UserId): void {
    this.#local.tell(user);
    const name = toText(user);
    this.#gather(Buffer.byteLength(name) > payloadMax ? everyone : name);
  }

  /** Tells of a commit that everyone may see. */
  tellAll(): void {
    this.#local.tellAll();
    this.#gather(everyone);
  }

  /** Ends listening and tells what is untold. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#telling !== null) clearTimeout(this.#telling);
    await this.#flush();
    await this.#client?.end().catch(() => undefined);
  }

  #gather(name: string): void {
    this.#untold.add(name);
    if (this.#isClosed || this.#telling !== null) return;
    this.#telling = setTimeout(() => void this.#flush(), gatherMs);
    this.#telling.unref();
  }

  async #flush(): Promise<void> {
    this.#telling = null;
    if (this.#untold.size === 0) return;
    const messages = [...this.#untold].map((name) => `${this.#name} ${name}`);
    this.#untold.clear();
    // Hints only: where the database is away, so are those who would hear them, and they ask when they are back.
    await this.#pool
      .query(`SELECT pg_notify('${channel}', message) FROM unnest($1::text[]) AS message`, [messages])
      .catch(() => undefined);
  }

  /** Listens on a connection of its own, and again when that breaks. */
  async #listen(waitMs: number): Promise<void> {
    const client = ownClient(this.#url);
    const end = this.#ender(client, waitMs);
    client.on('error', end);
    client.on('end', end);
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch {
      end();
      return;
    }
    if (this.#isClosed) {
      await client.end().catch(() => undefined);
      return;
    }
    this.#client = client;
    this.#beat(client, end);
    // What happened while nobody listened is unknown.
    this.#local.tellAll();
  }

  /** What is done once when a connection breaks or can't be made. */
  #ender(client: Client, waitMs: number): () => void {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const wasUp = this.#client === client;
      this.#client = null;
      client.end().catch(() => undefined);
      if (this.#isClosed) return;
      const next = wasUp ? reconnectMs.first : Math.min(reconnectMs.most, 2 * waitMs);
      this.#retry = setTimeout(() => void this.#listen(next), next);
      this.#retry.unref();
    };
  }

  /** Finds out whether a connection on which nothing is said still stands. */
  #beat(client: Client, end: () => void): void {
    const timer = setInterval(() => {
      if (this.#client !== client) clearInterval(timer);
      else client.query('SELECT 1').catch(end);
    }, heartbeatMs);
    timer.unref();
  }

  #hear(payload: string): void {
    const at = payload.indexOf(' ');
    const name = payload.slice(at + 1);
    if (payload.slice(0, at) === this.#name) return;
    if (name === everyone) this.#local.tellAll();
    else this.#local.tell(brandId<UserId>(ofText(name)));
  }
}
