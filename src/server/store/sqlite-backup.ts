import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { openSqlite } from '../../adapters/node/sqlite-driver.ts';
import type { Epoch } from '../../core/ids.ts';
import { SqliteStore } from './sqlite.ts';
import { openDatabase } from './sqlite-open.ts';
import { StoreError } from './store-error.ts';

/** Whether a file is a SQLite database, by its first bytes. */
export function isSqliteFile(file: string): boolean {
  const head = Buffer.alloc(16);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return head.toString('latin1') === 'SQLite format 3\0';
}

/**
 * Writes one state of a server's file to another, while servers go on. The copy appears whole or not at all, and is on the disk
 * when this returns. Throws StoreError.
 */
export function backUpFile(path: string, target: string): void {
  const part = `${target}.part-${process.pid}`;
  const db = openDatabase(path, 'NORMAL');
  try {
    rmSync(part, { force: true });
    db.prepare('VACUUM INTO ?').run(part);
    checkWhole(part);
    sync(part);
    renameSync(part, target);
    sync(dirname(target) || '.');
  } finally {
    db.close();
    rmSync(part, { force: true });
  }
}

/** Whether another process has a server's file open. What it had not yet moved from its log into the file is moved. */
export function isInUse(path: string): boolean {
  const db = openSqlite(path, { busyMs: 0 });
  try {
    // Only who is alone with a database may end its write-ahead log.
    return db.pragma('journal_mode = DELETE', { simple: true }) !== 'delete';
  } catch (error) {
    if (/^SQLITE_(BUSY|LOCKED)/.test(String((error as { readonly code?: unknown }).code))) return true;
    throw error;
  } finally {
    db.close();
  }
}

/**
 * Puts a backup in the place of a server's file under a new lineage. The change is one rename: whoever looks finds the old data
 * or the new. Gives where the old file stays; null when there was none. Throws StoreError, with nothing changed.
 */
export function restoreFile(path: string, backup: string, epoch: Epoch): string | null {
  const part = `${path}.part-${process.pid}`;
  try {
    copyFileSync(backup, part);
    checkWhole(part);
    const store = new SqliteStore({ path: part, durability: 'FULL', epoch });
    try {
      store.write(() => store.setEpoch(epoch));
    } finally {
      store.close();
    }
    if (isInUse(part)) throw new StoreError(`${part} is in use by another process.`);
    sync(part);
    const kept = existsSync(path) ? keepOld(path) : null;
    for (const log of ['-wal', '-shm']) rmSync(`${path}${log}`, { force: true });
    renameSync(part, path);
    sync(dirname(path) || '.');
    return kept;
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(`${part}${end}`, { force: true });
  }
}

/** A second name for the old file: it is at its own place until the rename. */
function keepOld(path: string): string {
  for (let number = 1; ; number += 1) {
    const kept = `${path}.replaced-${number}`;
    if (existsSync(kept)) continue;
    linkSync(path, kept);
    return kept;
  }
}

function checkWhole(path: string): void {
  const db = openSqlite(path);
  try {
    const found = db.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new StoreError(`${path} is damaged: ${String(found)}. Take another backup.`);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`${path} can't be read as a database: ${(error as Error).message}. Take another backup.`, {
      cause: error,
    });
  } finally {
    db.close();
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
