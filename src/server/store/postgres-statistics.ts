import type { Pool } from '../../adapters/node/postgres-driver.ts';

/** Rows written by this process after which the planner is told what the tables hold: each ten times the one before. */
const firstRows = 100;
const lastRows = 1_000_000;

/**
 * Keeps plans fit while tables grow from nothing. Of an empty table the planner does not know that one index finds a row and
 * another walks through all of a user's rows, and the database's own analysis comes a minute later.
 */
export class PostgresStatistics {
  readonly #pool: Pool;
  #written = 0;
  #next = firstRows;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Takes note of rows that were committed. Never waits, and a failure only leaves plans as they are. */
  wrote(rows: number): void {
    this.#written += rows;
    if (this.#written < this.#next || this.#next > lastRows) return;
    while (this.#next <= this.#written) this.#next *= 10;
    const tables = ['users', 'devices', 'rows', 'results', 'history'].map((table) => `guras.${table}`).join(', ');
    this.#pool.query(`ANALYZE ${tables}`).catch(() => undefined);
  }
}
