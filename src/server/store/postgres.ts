import type { Pool } from '../../adapters/node/postgres-driver.ts';
import { brandId, type Epoch, type UserId } from '../../core/ids.ts';
import { present } from '../../lib/assert.ts';
import type { UserState, Write } from '../decide/stored.ts';
import type { AsyncStore, CatalogueEdit, State, Task, UserList, Worked } from './async-store.ts';
import { PostgresChanges } from './postgres-changes.ts';
import { copyTables, replaceTables } from './postgres-copy.ts';
import { Fetcher } from './postgres-fetch.ts';
import { migrate } from './postgres-migrate.ts';
import { openPool, type PostgresLimits } from './postgres-pool.ts';
import { purgeCatalogue, purgeUser, purgeUserHistory, usersToPurge } from './postgres-purge.ts';
import { sharedReads, userReads } from './postgres-reads.ts';
import { enterState, forgetResults, type HeldState, holdState } from './postgres-state.ts';
import type { Session, Statement, Value } from './postgres-statement.ts';
import { PostgresStatistics } from './postgres-statistics.ts';
import { ofText, toText } from './postgres-text.ts';
import { transaction } from './postgres-transaction.ts';
import { sharedWrites, userLists, userWrites } from './postgres-write-statements.ts';
import { applyWrites, putCatalogue } from './postgres-writes.ts';
import { Prefetched, Shelves } from './prefetched.ts';
import type { StateCopy } from './state-copy.ts';
import type { PurgeBefore, Purged } from './store.ts';
import { Turns } from './turns.ts';

/** Users that a job looks up together. */
const usersAtOnce = 100;

/** How a PostgreSQL store is opened. */
export interface PostgresOptions extends PostgresLimits {
  /** `postgres://user:password@host:port/database`, as libpq has it. */
  readonly url: string;
  /** The epoch of a store that is new. */
  readonly epoch: Epoch;
}

/**
 * A server's data in PostgreSQL, for several server processes at once. Numbers of a user are given under the lock of their
 * row in `users`, which is held until the commit: whoever sees a number sees all before it.
 */
export class PostgresStore implements AsyncStore {
  readonly #pool: Pool;
  readonly changes: PostgresChanges;
  readonly #turns = new Turns();
  readonly #statistics: PostgresStatistics;
  /** The user up to whom the history was looked at. */
  #historyAfter: UserId | null = null;

  /** The state that is read, where it is not the newest. */
  readonly #snapshot: string | null;

  private constructor(pool: Pool, changes: PostgresChanges, snapshot: string | null = null) {
    this.#pool = pool;
    this.#statistics = new PostgresStatistics(pool);
    this.changes = changes;
    this.#snapshot = snapshot;
  }

  /** Opens the database, and creates or upgrades its tables. Rejects with StoreError, which names no secret. */
  static async open({ url, epoch, ...limits }: PostgresOptions): Promise<PostgresStore> {
    const pool = openPool(url, limits);
    try {
      await migrate(url, epoch);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new PostgresStore(pool, new PostgresChanges(pool, url));
  }

  async transact<T>(task: Task, work: (state: State) => Worked<T>): Promise<T> {
    if (this.#snapshot !== null) return this.#look(this.#snapshot, task, work);
    const run = () => this.#run(task, work);
    const worked = task.access === 'write' ? await this.#turns.take(task.user, run) : await run();
    if (task.access === 'write') this.#statistics.wrote(worked.writes.length);
    if (worked.catalogue !== undefined) this.changes.tellAll();
    else if (worked.writes.some(isNews)) this.changes.tell(task.user);
    return worked.value;
  }

  #run<T>(task: Task, work: (state: State) => Worked<T>): Promise<Worked<T>> {
    const user = toText(task.user);
    return transaction(this.#pool, task.access, async (session) => {
      const { value, isNew } = await this.#work(session, task, work);
      const { writes, catalogue, counted } = value;
      const hasWritten = task.access !== 'read' && (writes.length > 0 || catalogue !== undefined || counted === true);
      // Whoever only ever pulled is a user too. One who is there is not touched: their writers would be in the way.
      if (hasWritten && isNew) await session.run(userWrites.addUser, [user]);
      if (hasWritten) await applyWrites(session, user, writes);
      if (catalogue !== undefined) await edit(session, catalogue);
      if (counted) await session.run(userWrites.markCounted, [user]);
      return { value, hasWritten };
    });
  }

  async editCatalogue(change: CatalogueEdit): Promise<void> {
    await transaction(this.#pool, 'write', async (session) => {
      await edit(session, change);
      return { value: null, hasWritten: true };
    });
    this.changes.tellAll();
  }

  async epoch(): Promise<Epoch> {
    const [fact] = await this.#rows<{ value: Epoch }>(sharedReads.epoch, []);
    return present(fact, 'a store has an epoch').value;
  }

  async setEpoch(epoch: Epoch): Promise<void> {
    await this.#rows(sharedWrites.putFact, ['epoch', epoch]);
    this.changes.tellAll();
  }

  users(list: UserList): Promise<readonly UserId[]> {
    return this.#list(userLists.users, list);
  }

  uncounted(list: UserList): Promise<readonly UserId[]> {
    return this.#list(userLists.uncounted, list);
  }

  async purge(before: PurgeBefore): Promise<Purged> {
    const shared = await this.#write((session) => purgeCatalogue(session, before));
    const total = { tombstones: shared, devices: 0, results: 0, history: await this.#purgeHistory(before) };
    for (;;) {
      const users = await this.#write((session) => usersToPurge(session, before));
      if (users.length === 0) return total;
      for (const user of users) {
        const purged = await this.#write((session) => purgeUser(session, user, before));
        total.tombstones += purged.tombstones;
        total.devices += purged.devices;
        total.results += purged.results;
      }
    }
  }

  copyOut(): Promise<StateCopy> {
    return transaction(this.#pool, 'read', async (session) => ({
      value: await copyTables(session),
      hasWritten: false,
    }));
  }

  async copyIn(copy: unknown): Promise<void> {
    await this.#write((session) => replaceTables(session, copy));
    this.changes.tellAll();
  }

  /** Loses every stored verdict, as a server does whose table of results is lost; the history stays. */
  async forgetResults(): Promise<void> {
    await this.#write(forgetResults);
  }

  /** Keeps the state of now readable under a name, by every server on this database, until that is ended. */
  hold(): Promise<HeldState> {
    return holdState(this.#pool);
  }

  /** The store as it was when the state was held, for as long as that is: what is written there is lost. */
  at(state: string): PostgresStore {
    return new PostgresStore(this.#pool, this.changes, state);
  }

  async ping(): Promise<void> {
    await this.epoch();
  }

  async close(): Promise<void> {
    await this.changes.close();
    await this.#pool.end();
  }

  /** Goes on with the user at whom the last round ended, and ends one round with the last user. */
  async #purgeHistory({ historyBeforeMs, historyLines = Number.MAX_SAFE_INTEGER }: PurgeBefore): Promise<number> {
    if (historyBeforeMs === undefined) return 0;
    let forgotten = 0;
    for (let looked = 0; looked < historyLines; ) {
      const users = await this.users({ after: this.#historyAfter, limit: usersAtOnce });
      for (const user of users) {
        const gone = await this.#write((session) => purgeUserHistory(session, toText(user), historyBeforeMs));
        forgotten += gone;
        looked += 1 + gone;
        this.#historyAfter = user;
      }
      if (users.length < usersAtOnce) {
        this.#historyAfter = null;
        break;
      }
    }
    return forgotten;
  }

  /** Runs the work on growing knowledge until it asks for nothing that was not fetched. */
  async #work<T>(
    session: Session,
    { user, access, needs }: Task,
    work: (state: State) => Worked<T>,
  ): Promise<{ readonly value: Worked<T>; readonly isNew: boolean }> {
    const name = toText(user);
    const shelves = new Shelves();
    const head = access === 'write' ? await locked(session, name) : await seen(session, name, shelves);
    const view = new Prefetched(shelves, head.user);
    const fetcher = new Fetcher(session, name, shelves);
    if (needs !== undefined) await fetcher.prefetch(needs());
    for (;;) {
      const tried = tryWork(() => work({ epoch: head.epoch, view }));
      if (shelves.areComplete) return { value: tried(), isNew: head.isNew };
      await fetcher.fill();
    }
  }

  /** What is written in a state that stands still is lost. */
  async #look<T>(snapshot: string, task: Task, work: (state: State) => Worked<T>): Promise<T> {
    return transaction(this.#pool, 'read', async (session) => {
      await enterState(session, snapshot);
      const { value: worked } = await this.#work(session, { ...task, access: 'read' }, work);
      return { value: worked.value, hasWritten: false };
    });
  }

  #write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return transaction(this.#pool, 'write', async (session) => ({ value: await work(session), hasWritten: true }));
  }

  async #list(statement: Statement, { after, limit }: UserList): Promise<readonly UserId[]> {
    const found = await this.#rows<{ user: string }>(statement, [after === null ? '' : toText(after), limit]);
    return found.map(({ user }) => brandId<UserId>(ofText(user)));
  }

  async #rows<Row>(statement: Statement, values: readonly Value[]): Promise<Row[]> {
    return this.#write((session) => session.rows<Row>(statement, values));
  }
}

/** Whether a write changes what the user's devices would be answered. */
function isNews({ kind }: Write): boolean {
  return kind === 'user' || kind === 'erase';
}

/** Runs work that may have met gaps: what it throws counts only if it did not. */
function tryWork<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

interface Head {
  readonly epoch: Epoch;
  readonly user: UserState;
  /** Whether the user has no row in `users` yet. */
  readonly isNew: boolean;
}

/** The user's counter, locked until the transaction ends. */
async function locked(session: Session, user: string): Promise<Head> {
  for (;;) {
    const [found] = await session.rows<{ epoch: Epoch } & UserForm>(userReads.lock, [user]);
    if (found !== undefined) return { epoch: found.epoch, user: userOf(found), isNew: false };
    await session.run(userWrites.addUser, [user]);
  }
}

async function seen(session: Session, user: string, shelves: Shelves): Promise<Head> {
  type Found = { epoch: Epoch; catalogueCounter: string } & UserForm;
  const [found] = await session.rows<Found>(userReads.head, [user]);
  const { epoch, catalogueCounter, ...form } = present(found, 'a store has an epoch and a catalogue');
  shelves.catalogueCounter.put('all', Number(catalogueCounter));
  return { epoch, user: userOf(form), isNew: form.counter === null };
}

/** A row of the table `users`; all null where there is none. */
interface UserForm {
  readonly counter: number | null;
  readonly writtenAt: number | null;
  readonly erasedAt: number | null;
}

function userOf({ counter, writtenAt, erasedAt }: UserForm): UserState {
  return { counter: counter ?? 0, writtenAt: writtenAt ?? 0, ...(erasedAt === null ? {} : { erasedAt }) };
}

/** Changes the catalogue under its lock. */
async function edit(session: Session, { keys, work }: CatalogueEdit): Promise<void> {
  const facts = await session.rows<{ name: string; value: string }>(sharedReads.catalogueLock, []);
  const fact = (name: string): number => Number(facts.find((found) => found.name === name)?.value ?? 0);
  const shelves = new Shelves();
  shelves.catalogueRows.want(keys);
  await new Fetcher(session, '', shelves).fill();
  const state = { counter: fact('catalogueCounter'), writtenAt: fact('catalogueWrittenAt') };
  const puts = work({ state: () => state, row: (key) => shelves.catalogueRows.get(key) });
  await putCatalogue(session, puts);
}
