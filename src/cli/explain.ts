import { CommanderError } from 'commander';
import { StorageError } from '../ports/storage.ts';
import { StageError } from '../stage/stage.ts';
import { CommandError, usageError, worldError } from './exit.ts';

/** Failures of the system that are nobody's bug, with what a person can do. */
const systemRemedies: Readonly<Record<string, string>> = {
  EACCES: 'check the permissions',
  EADDRINUSE: 'another program listens there; choose another --port',
  EADDRNOTAVAIL: 'this machine has no such address; choose another --host',
  EDQUOT: 'free space on the disk, then try again',
  EFBIG: 'the file may not grow further; raise the limit, or choose another disk',
  EIO: 'check the disk',
  EISDIR: 'name a file, not a folder',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENAMETOOLONG: 'choose a shorter path',
  ENOENT: 'check the path',
  ENOSPC: 'free space on the disk, then try again',
  ENOTDIR: 'check the path',
  ENOTFOUND: 'check the name of the host',
  EPERM: 'check the permissions',
  EROFS: 'choose a place that can be written',
};

/** What went wrong as an end that people can act on. Throws what is none: a bug in the tool. */
export function explain(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof CommanderError) return usageError(...sentences(error.message));
  if (error instanceof StorageError || error instanceof StageError) return worldError(error.message, error.hint);
  if (isSystemError(error)) return worldError(error.message, systemRemedies[error.code] ?? null);
  throw error;
}

/** Commander puts its suggestion on a second line: that is the remedy. */
function sentences(message: string): [message: string, remedy: string] {
  const [first = '', ...rest] = message.split('\n').filter((line) => line !== '');
  return [first, rest.length > 0 ? rest.join(' ') : 'add --help to the command to see what it takes'];
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error && 'code' in error && 'syscall' in error && Object.hasOwn(systemRemedies, String(error.code))
  );
}
