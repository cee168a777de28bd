import { copyFileSync, existsSync, rmSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { openSqliteStorage } from '../../src/adapters/node/storage-sqlite.ts';
import type { Item } from '../../src/core/queue/item.ts';
import { readMeta } from '../../src/core/sync/rows.ts';
import { openFrames } from './write-ahead-log.ts';

/** A device's file as a kill left it. */
export interface CrashedFile {
  /** Changes that wait, and changes that the server has acknowledged, by id. */
  readonly changes: ReadonlyMap<string, Item>;
  /** Ids of changes that a later one has taken over, and of that one. */
  readonly takenOver: ReadonlyMap<string, string>;
  readonly inFlight: number;
  /** Number of the newest life that took the lease: items in flight are its own. */
  readonly life: number;
  /** Frames of a transaction that never committed. */
  readonly openFrames: number;
}

/**
 * Reads a device's file after a kill, from a copy: opening the file itself would recover and tidy up what the next life
 * of the device has to recover. Throws when SQLite finds the copy damaged.
 */
export function readCrashedFile(file: string): CrashedFile {
  const frames = openFrames(file);
  const copy = `${file}.copy`;
  try {
    for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
    checkIntegrity(copy);
    const storage = openSqliteStorage({ path: copy });
    try {
      return storage.read((rows) => {
        const items = rows.scan('items');
        const acknowledged = rows.scan('journal').map(({ item }) => item);
        const log = rows.scan('log').filter(({ changeId, by }) => changeId !== null && by !== null);
        return {
          changes: new Map([...acknowledged, ...items].map((item) => [String(item.id), item])),
          takenOver: new Map(log.map(({ changeId, by }) => [String(changeId), String(by)])),
          life: readMeta(rows, 'lease')?.life ?? 0,
          inFlight: items.filter(({ state }) => state === 'inFlight').length,
          openFrames: frames,
        };
      });
    } finally {
      storage.close();
    }
  } finally {
    for (const part of ['', '-wal', '-shm']) rmSync(copy + part, { force: true });
  }
}

function checkIntegrity(file: string): void {
  const db = new SqliteDatabase(file);
  try {
    const says = db.pragma('integrity_check', { simple: true });
    if (says !== 'ok') throw new Error(`${file} is damaged: ${says}`);
  } finally {
    db.close();
  }
}
