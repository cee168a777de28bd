import type { Write } from '../../core/sync/rows.ts';
import { hash32 } from '../../lib/hash.ts';
import { StorageError } from '../../ports/storage.ts';

/**
 * How a device lies in a key-value store. Every key begins with the device's name.
 *
 * - `root`: {@link Root}, the only value that is ever written twice.
 * - `made`: says that there was a root, so that a lost one is not taken for a new device.
 * - `page/G/I`: part I of the content at generation G: all rows, as writes.
 * - `log/N`: the writes of commit N; `log/N/I` its parts when they are too long for one value.
 *
 * A value is 8 hex digits, the hash of the rest, and the rest.
 */
export interface Root {
  readonly app: 'guras-sync';
  readonly format: number;
  readonly generation: number;
  readonly pages: number;
  /** The first commit that the pages do not contain. */
  readonly from: number;
  /** What the generation before left behind and may not be taken away yet. */
  readonly garbage: Garbage;
}

/** Keys that no longer count. */
export interface Garbage {
  /** Generation and number of its pages. */
  readonly pages: readonly (readonly [number, number])[];
  /** Commits, the first and the one after the last. */
  readonly logs: readonly [number, number];
  /** Commits among them that lie in parts, and in how many. */
  readonly parts: readonly (readonly [number, number])[];
}

/** The newest format that this build reads and writes. */
export const keyValueFormat = 1;

/** Nothing left behind. */
export const noGarbage: Garbage = { pages: [], logs: [0, 0], parts: [] };

/** Whether anything was left behind. */
export function hasGarbage({ pages, logs, parts }: Garbage): boolean {
  return pages.length + parts.length > 0 || logs[1] > logs[0];
}

/** UTF-16 code units in one value: at most 1.5 MB of UTF-8, below the 2 MB that Android can read back. */
export const valueUnitsMax = 500_000;

/** One commit, or one stretch of the content. `n` is the commit's number; 0 in pages. */
export interface Batch {
  readonly n: number;
  readonly writes: readonly Write[];
}

/** The keys of the device `name`. */
export function keyNames(name: string): KeyNames {
  return {
    root: `${name}/root`,
    made: `${name}/made`,
    page: (generation, part) => `${name}/page/${generation}/${part}`,
    log: (n) => `${name}/log/${n}`,
    logPart: (n, part) => `${name}/log/${n}/${part}`,
  };
}

/** See {@link keyNames}. */
export interface KeyNames {
  readonly root: string;
  readonly made: string;
  readonly page: (generation: number, part: number) => string;
  readonly log: (n: number) => string;
  readonly logPart: (n: number, part: number) => string;
}

/** A text as it is stored. */
export function frame(text: string): string {
  return hash32(text).toString(16).padStart(8, '0') + text;
}

/** The text of a stored value. Fails with `corrupt` when it is not what was written. */
export function unframe(key: string, value: string | null): string {
  const text = value?.slice(8) ?? '';
  if (value === null || value !== frame(text)) throw damagedKey(key);
  return text;
}

/** The failure of a value that is missing or changed. */
export function damagedKey(key: string): StorageError {
  const hint = 'keep a dump of the store, and restore a backup or start a new device under another name';
  return new StorageError('corrupt', `the value under ${key} is missing or damaged`, hint);
}

/** Reads the root. Fails with `foreign`, `too-new` or `corrupt`. */
export function parseRoot(key: string, value: string): Root {
  if (!/^[0-9a-f]{8}\{/.test(value)) {
    throw new StorageError('foreign', `the value under ${key} is not a device's`, 'choose another name for the device');
  }
  const root = JSON.parse(unframe(key, value)) as Root;
  if (root.app !== 'guras-sync') {
    throw new StorageError('foreign', `the value under ${key} is not a device's`, 'choose another name for the device');
  }
  if (root.format > keyValueFormat) {
    const message = `the device under ${key} has format ${root.format}, and this build knows up to ${keyValueFormat}`;
    throw new StorageError('too-new', message, 'use the newer version of the app that wrote it');
  }
  return root;
}

/** A text in pieces of at most `unitsMax` code units, one or more; a surrogate pair is never cut in two. */
export function pieces(text: string, unitsMax: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + unitsMax, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && end - at > 1 && last >= 0xd800 && last <= 0xdbff) end -= 1;
    out.push(text.slice(at, end));
    at = end;
  }
  return out.length === 0 ? [''] : out;
}
