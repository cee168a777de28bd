import type { SqliteDatabase, SqliteTransaction } from '../../adapters/node/sqlite-driver.ts';
import { brandId, type Epoch, type UserId } from '../../core/ids.ts';
import { assert, present } from '../../lib/assert.ts';
import { SqliteCatalogue } from './sqlite-catalogue.ts';
import { copyTables, replaceTables } from './sqlite-copy.ts';
import { purgeHistory } from './sqlite-history.ts';
import { type Durability, openDatabase } from './sqlite-open.ts';
import { purgeRows } from './sqlite-purge.ts';
import { type Prepare, prepared } from './sqlite-statements.ts';
import { SqliteUser } from './sqlite-user.ts';
import type { StateCopy } from './state-copy.ts';
import type { PurgeBefore, Purged, ServerStore } from './store.ts';

/** How a SQLite store is opened. */
export interface SqliteOptions {
  /** A file, created when missing, or `:memory:`. */
  readonly path: string | Buffer;
  /** Default NORMAL: a commit survives the process, not a power cut. */
  readonly durability?: Durability;
  /** The epoch of a store that is new. */
  readonly epoch: Epoch;
}

/** A server's data in one SQLite database. Synchronous, so the simulator runs on it too. */
export class SqliteStore implements ServerStore {
  readonly #db: SqliteDatabase;
  readonly #prepare: Prepare;
  readonly #transaction: SqliteTransaction<(work: () => unknown) => unknown>;
  readonly catalogue: SqliteCatalogue;
  /** Where the next look at a part of the history begins. */
  #historyFrom = 0;

  /** Opens or creates the database. Throws StoreError with the file, the reason and the remedy. */
  constructor({ path, durability = 'NORMAL', epoch }: SqliteOptions) {
    this.#db = openDatabase(path, durability);
    this.#prepare = prepared(this.#db);
    this.#transaction = this.#db.transaction((work) => work());
    this.catalogue = new SqliteCatalogue(this.#prepare);
    this.write(() => this.#prepare(`INSERT OR IGNORE INTO facts (name, value) VALUES ('epoch', ?)`).run(epoch));
  }

  write<T>(work: () => T): T {
    assert(!this.#db.inTransaction, 'transactions of the store do not nest');
    return this.#transaction.immediate(work) as T;
  }

  read<T>(work: () => T): T {
    assert(!this.#db.inTransaction, 'transactions of the store do not nest');
    return this.#transaction.deferred(work) as T;
  }

  user(user: UserId): SqliteUser {
    return new SqliteUser(this.#prepare, user);
  }

  epoch(): Epoch {
    const value = this.#prepare(`SELECT value FROM facts WHERE name = 'epoch'`).pluck().get() as string | undefined;
    return brandId<Epoch>(present(value, 'a store has an epoch'));
  }

  setEpoch(epoch: Epoch): void {
    this.#prepare(`UPDATE facts SET value = ? WHERE name = 'epoch'`).run(epoch);
  }

  users(): readonly UserId[] {
    const text = 'SELECT user FROM users WHERE erasedAt IS NULL UNION SELECT user FROM devices ORDER BY user';
    return this.#prepare(text).pluck().all() as UserId[];
  }

  purge(before: PurgeBefore): Purged {
    return { ...purgeRows(this.#prepare, before), history: this.#purgeHistory(before) };
  }

  #purgeHistory({ historyBeforeMs, historyLines = Number.MAX_SAFE_INTEGER }: PurgeBefore): number {
    if (historyBeforeMs === undefined) return 0;
    const from = historyLines === Number.MAX_SAFE_INTEGER ? 0 : this.#historyFrom;
    const { forgotten, next } = purgeHistory(this.#prepare, { from, lines: historyLines, beforeMs: historyBeforeMs });
    this.#historyFrom = next;
    return forgotten;
  }

  /** Loses every stored verdict, as a server does whose table of results is lost; the history stays. */
  forgetResults(): void {
    this.write(() => this.#prepare('DELETE FROM results').run());
  }

  /** How far a commit gets before it counts, as the database itself says. */
  durability(): string {
    const level = this.#db.pragma('synchronous', { simple: true }) as number;
    return ['OFF', 'NORMAL', 'FULL', 'EXTRA'][level] ?? `${level}`;
  }

  revision(): number {
    return this.#prepare('SELECT total_changes()').pluck().get() as number;
  }

  copyOut(): StateCopy {
    return this.read(() => copyTables(this.#db));
  }

  copyIn(copy: unknown): void {
    this.write(() => replaceTables(this.#db, copy));
  }

  /** The whole database as the bytes of a file, for backups in a simulated world. */
  snapshot(): Buffer {
    return this.#db.serialize();
  }

  close(): void {
    this.#db.close();
  }
}
