import { strict as assert } from 'node:assert';
import Database from 'better-sqlite3';

/** SQLite's `synchronous` in WAL mode: NORMAL survives a killed process, FULL also a power cut. */
export type Durability = 'NORMAL' | 'FULL';

const LEVEL: Readonly<Record<Durability, number>> = { NORMAL: 1, FULL: 2 };

/**
 * A database file in WAL mode. better-sqlite3 reports another `synchronous` before the first write than after it, so
 * it is set by name and read again after a write.
 */
export function openDatabase(file: string, durability: Durability): Database.Database {
  const db = new Database(file);
  assert.equal(db.pragma('journal_mode = WAL', { simple: true }), 'wal');
  db.pragma(`synchronous = ${durability}`);
  db.exec('CREATE TABLE IF NOT EXISTS opened (times INTEGER); INSERT INTO opened VALUES (1)');
  assert.equal(db.pragma('synchronous', { simple: true }), LEVEL[durability], 'the durability asked for holds');
  return db;
}
