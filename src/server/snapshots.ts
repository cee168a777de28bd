import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../lib/order.ts';
import type { StateCopy } from './store/state-copy.ts';

/** Names that are also names of files on every system. */
export const snapshotName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** States of a server that were kept under names: in memory, or as files `NAME.json` of a folder. */
export class Snapshots {
  readonly #folder: string | null;
  readonly #kept = new Map<string, string>();

  /** `folder`: made when it is missing; null keeps them in memory. */
  constructor(folder: string | null = null) {
    this.#folder = folder;
    if (folder !== null) mkdirSync(folder, { recursive: true });
  }

  /** Keeps a state, in place of one of the same name. The name fits {@link snapshotName}. */
  keep(name: string, copy: StateCopy): void {
    const text = JSON.stringify(copy);
    if (this.#folder === null) {
      this.#kept.set(name, text);
      return;
    }
    const file = this.#fileOf(name, this.#folder);
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  /** The state kept under a name, as JSON text, or null. */
  text(name: string): string | null {
    if (this.#folder === null) return this.#kept.get(name) ?? null;
    try {
      return readFileSync(this.#fileOf(name, this.#folder), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** All names, in order. */
  names(): readonly string[] {
    const names = this.#folder === null ? [...this.#kept.keys()] : filesIn(this.#folder);
    return [...names].sort(compareText);
  }

  #fileOf(name: string, folder: string): string {
    return join(folder, `${name}.json`);
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => snapshotName.test(name));
}
