import { SqliteError } from 'better-sqlite3';
import { StorageError, type StorageFailure } from '../../ports/storage.ts';

interface Meaning {
  readonly code: StorageFailure;
  readonly says: string;
  readonly hint: string;
}

/** What SQLite's primary result codes mean to a device; extended codes begin with one of them. Others are our bugs. */
const meanings: Readonly<Record<string, Meaning>> = {
  SQLITE_FULL: {
    code: 'full',
    says: 'there is no room left for the write',
    hint: 'free space on the disk, then retry',
  },
  SQLITE_BUSY: { code: 'busy', says: 'another process holds the file', hint: 'retry when that process is done' },
  SQLITE_LOCKED: { code: 'busy', says: 'another connection holds the file', hint: 'retry when it is done' },
  SQLITE_CORRUPT: { code: 'corrupt', says: 'the file is damaged', hint: 'keep a copy of it, and restore a backup' },
  SQLITE_NOTADB: { code: 'corrupt', says: 'the file is damaged', hint: 'keep a copy of it, and restore a backup' },
  SQLITE_READONLY: { code: 'unavailable', says: 'the file may not be written', hint: 'check its permissions' },
  SQLITE_CANTOPEN: {
    code: 'unavailable',
    says: 'the file can not be opened',
    hint: 'check the folder and permissions',
  },
  SQLITE_PERM: { code: 'unavailable', says: 'the file may not be used', hint: 'check its permissions' },
  SQLITE_IOERR: { code: 'unavailable', says: 'the disk failed', hint: 'check the disk, then retry' },
};

/** The error of a file system call, and what Node calls it. */
const fileCodes: Readonly<Record<string, StorageFailure>> = { ENOSPC: 'full', EDQUOT: 'full', EBUSY: 'busy' };

/** A failure of SQLite as a {@link StorageError} about `path`; every other error as it is. */
export function storageErrorOf(error: unknown, path: string): unknown {
  if (!(error instanceof SqliteError)) return error;
  const primary = error.code.split('_', 2).join('_');
  const meaning = meanings[primary];
  if (meaning === undefined) return error;
  const failure = new StorageError(meaning.code, `${path}: ${meaning.says} (${error.message})`, meaning.hint);
  failure.cause = error;
  return failure;
}

/** A failure of a file system call, or of SQLite, as a {@link StorageError} about `path`. */
export function fileErrorOf(error: unknown, path: string): unknown {
  if (error instanceof SqliteError) return storageErrorOf(error, path);
  if (!(error instanceof Error) || !('code' in error) || error instanceof StorageError) return error;
  const code = fileCodes[String(error.code)] ?? 'unavailable';
  const hint =
    code === 'full' ? 'free space on the disk, then retry' : 'check the path, its folder and its permissions';
  const failure = new StorageError(code, `${path}: ${error.message}`, hint);
  failure.cause = error;
  return failure;
}
