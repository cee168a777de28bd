import { openSqliteStorage, type SqliteStorage } from '../adapters/node/storage-sqlite.ts';
import { type Rows, readMeta } from '../core/sync/rows.ts';
import { worldError } from './exit.ts';

/** Opens the file of a device for reading only: it may run beside any process that works on it. */
export function openSource(file: string): SqliteStorage {
  return opened(file, true);
}

/** Opens the file of a device for writing. A file that is not there is not made: that is for `device init`. */
export function openSourceForWriting(file: string): SqliteStorage {
  // A first look for reading only: it fails for an absent file, where opening for writing would make one.
  if (file !== ':memory:') opened(file, true).close();
  return opened(file, false);
}

/** What `work` gives of a consistent view of a device's tables. */
export function readSource<T>(file: string, work: (rows: Rows) => T): T {
  const storage = openSource(file);
  try {
    return storage.read(work);
  } finally {
    storage.close();
  }
}

function opened(file: string, readonly: boolean): SqliteStorage {
  const storage = openSqliteStorage({ path: file, readonly });
  if (storage.read((rows) => readMeta(rows, 'device')) !== undefined) return storage;
  storage.close();
  throw worldError(`${file} holds no device yet`, `make one: guras-sync device init ${file} --user NAME`);
}
