import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';

/** Where scenarios and the files they name are read from. */
export interface ScenarioFiles {
  /** The text of a file, or null when it can't be read. */
  read(path: string): string | null;
}

/** Files of this machine, relative to the working directory. A file over 8 MB counts as unreadable. */
export const diskFiles: ScenarioFiles = {
  read(path) {
    try {
      const text = readFileSync(path, 'utf8');
      return text.length > 8 * 1024 * 1024 ? null : text;
    } catch {
      return null;
    }
  },
};

/** The first readable file that `name` means, seen from the folder of `from`, then from the working directory. */
export function readNamed(
  files: ScenarioFiles,
  name: string,
  from: string,
): { readonly path: string; readonly text: string } | null {
  const beside = isAbsolute(name) ? name : join(dirname(from), name);
  for (const path of new Set([normalize(beside), normalize(name)])) {
    const text = files.read(path);
    if (text !== null) return { path, text };
  }
  return null;
}
