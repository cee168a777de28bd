import type { Database } from 'better-sqlite3';
import { type TableName, tables } from '../../core/sync/tables.ts';
import { assert } from '../../lib/assert.ts';
import { createStatements, type Layout, layoutOf } from './sqlite-schema.ts';

/** One step of the file format. It runs in a transaction of its own and may run statements only, no BEGIN or COMMIT. */
export interface Migration {
  /** The `user_version` that it leads to: 1, 2, 3, without a gap. */
  readonly version: number;
  readonly name: string;
  readonly up: (db: Database) => void;
}

/** The layouts of a device's tables as this build reads and writes them. */
export const deviceLayouts: { readonly [Name in TableName]: Layout<never> } = Object.fromEntries(
  Object.entries(tables).map(([name, spec]) => [name, layoutOf(name, spec as never)]),
) as never;

/** The statements that make version 1, in order. A golden file shows every change of them. */
export function firstVersion(): string[] {
  return Object.values(deviceLayouts).flatMap((layout) => createStatements(layout));
}

/** Every step of a device's file so far, oldest first. */
export const deviceMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'the tables of a device',
    up: (db) => {
      for (const statement of firstVersion()) db.exec(statement);
    },
  },
];

/** The version that a list of migrations leads to. */
export function newestVersion(migrations: readonly Migration[]): number {
  migrations.forEach((migration, at) => {
    assert(migration.version === at + 1, `migration ${migration.name} has version ${at + 1}`);
  });
  return migrations.length;
}

/** The file's version; 0 before the first migration. */
export function fileVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/**
 * Brings a file to the newest version. Each step and its version number commit together, so a kill leaves the file at
 * one version or the next. Two processes may do this at once: the version is read again under the write lock.
 */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  for (const migration of migrations) {
    if (fileVersion(db) >= migration.version) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      if (fileVersion(db) < migration.version) {
        migration.up(db);
        db.pragma(`user_version = ${migration.version}`);
      }
      db.exec('COMMIT');
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}
