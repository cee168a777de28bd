import { readFile } from 'node:fs/promises';
import type { StoreOptions } from '../server/store/open-store.ts';
import { type Invocation, textOption } from './command.ts';
import { usageError } from './exit.ts';

/** The variable that names the store where `--store` does not. */
export const storeVariable = 'GURAS_STORE';

const hint = 'write sqlite:FILE, postgres://user:password@host:port/database, @FILE with one of these in it, or memory';

/**
 * The store that a server was asked for. An address of PostgreSQL may hold a password, so it may come from a file or
 * from the environment, and no message repeats it.
 */
export async function storeOf(invocation: Invocation): Promise<StoreOptions> {
  const given = textOption(invocation, 'store') ?? invocation.terminal.environment[storeVariable];
  const text = given === undefined || given === '' ? 'memory' : given;
  return namedStore(await storeText(text));
}

/** What a store was named by: the text of the file in place of `@FILE`. */
export async function storeText(text: string): Promise<string> {
  if (!text.startsWith('@')) return text;
  const file = text.slice(1);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw usageError(`--store @${file} can't be read: ${(error as Error).message}`, hint);
  }
}

function namedStore(text: string): StoreOptions {
  if (text === 'memory') return { kind: 'sqlite', path: ':memory:' };
  if (isPostgresUrl(text)) return { kind: 'postgres', url: text };
  const path = text.startsWith('sqlite:') ? text.slice('sqlite:'.length) : '';
  // An answered push must survive a power cut where the data is meant to stay.
  if (path !== '') return { kind: 'sqlite', path, durability: 'FULL' };
  const shown = /^postgres/i.test(text) ? 'postgres…' : text;
  throw usageError(`--store ${shown} is no store`, hint);
}

/** Whether a text is an address of PostgreSQL. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}
