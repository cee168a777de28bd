import { readFile } from 'node:fs/promises';
import type { TokenSource } from '../../ports/transport.ts';

/**
 * The token in a file, which somebody else renews: read at the first call and again at each refresh. White space
 * around it is cut. An empty or absent file means signed out; a file that can't be read rejects with the system's error.
 */
export function fileToken(path: string): TokenSource {
  let held: string | null = null;
  const read = async (): Promise<string | null> => {
    held = await textIn(path);
    return held;
  };
  return { current: async () => held ?? (await read()), refresh: read };
}

async function textIn(path: string): Promise<string | null> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return text === '' ? null : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
