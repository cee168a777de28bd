import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StorageError } from '../../ports/storage.ts';
import { fileErrorOf } from './sqlite-errors.ts';

/** Marks a file as a device of guras-sync: "gurs" in the header's application id. */
export const applicationId = 0x67757273;

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const HEADER_BYTES = 100;
const VERSION_AT = 60;
const APPLICATION_AT = 68;

/**
 * What lies at `path`, judged by the header's bytes alone, so that nothing is created beside a file of another program:
 * `absent`, or `device`. Fails with `foreign`, `too-new` (above `newest`), `corrupt` or `unavailable`.
 *
 * A device's file is put in place whole (see {@link placeFile}), so the header of even the youngest one carries the
 * application id, and a file that is cut short was damaged: it is never taken for a new one.
 */
export function inspectFile(path: string, newest: number): 'absent' | 'device' {
  const header = readHeader(path);
  if (header === null) return 'absent';
  const shared = Math.min(header.length, MAGIC.length);
  if (header.subarray(0, shared).compare(MAGIC.subarray(0, shared)) !== 0) throw foreign(path, 'is not a database');
  if (header.length < HEADER_BYTES) throw damaged(path);
  const owner = header.readUInt32BE(APPLICATION_AT);
  if (owner !== applicationId) throw foreign(path, `belongs to another program (application id ${owner})`);
  checkVersion(path, { found: header.readUInt32BE(VERSION_AT), newest });
  return 'device';
}

/** Fails with `too-new` when a file's version is above the newest one that this build knows. */
export function checkVersion(
  path: string,
  { found, newest }: { readonly found: number; readonly newest: number },
): void {
  if (found <= newest) return;
  const message = `${path} has version ${found}, and this build knows versions up to ${newest}`;
  throw new StorageError('too-new', message, 'use the newer guras-sync that wrote it');
}

/** The failure of a file that lacks what every device's file has. */
export function damaged(path: string): StorageError {
  const hint = 'keep a copy of it and restore a backup, or choose another path for a new device';
  return new StorageError('corrupt', `${path} is damaged: it is cut short or lacks its tables`, hint);
}

function foreign(path: string, why: string): StorageError {
  return new StorageError('foreign', `${path} ${why}, so it was left alone`, 'choose another path for the device');
}

function readHeader(path: string): Buffer | null {
  let file: number | null = null;
  try {
    file = fs.openSync(path, 'r');
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, fs.readSync(file, header, 0, HEADER_BYTES, 0));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw fileErrorOf(error, path);
  } finally {
    if (file !== null) fs.closeSync(file);
  }
}

/**
 * Makes a file at `path` that appears there whole or not at all, also when the process is killed: `make` writes a draft
 * beside it, which is flushed to the disk and then linked into place. A file that appeared meanwhile stays as it is.
 */
export function placeFile(path: string, make: (draft: string) => void): void {
  sweepDrafts(path);
  const draft = `${path}.draft-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    make(draft);
    flush(draft);
    link(draft, path);
    flush(dirname(path));
  } catch (error) {
    throw fileErrorOf(error, path);
  } finally {
    for (const left of [draft, `${draft}-journal`, `${draft}-wal`, `${draft}-shm`]) fs.rmSync(left, { force: true });
  }
}

function flush(path: string): void {
  const file = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

function link(draft: string, path: string): void {
  try {
    fs.linkSync(draft, path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST') return;
    // File systems without links (FAT, some shares): a rename is as whole, but could replace a file made meanwhile.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    if (!fs.existsSync(path)) fs.renameSync(draft, path);
  }
}

/** Takes away drafts of processes that were killed while they made a file. */
function sweepDrafts(path: string): void {
  const start = `${basename(path)}.draft-`;
  for (const name of listFolder(dirname(path))) {
    if (!name.startsWith(start)) continue;
    const pid = Number.parseInt(name.slice(start.length), 10);
    if (pid > 0 && !isRunning(pid)) fs.rmSync(join(dirname(path), name), { force: true });
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    throw fileErrorOf(error, folder);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
