import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Longest text that is read, in characters. */
const textMax = 8 * 1024 * 1024;

/** Text files of this machine; names are relative to the working directory. */
export const textFiles = {
  /** The text, or null when the file can't be read or is over 8 MB. */
  read(path: string): string | null {
    try {
      const text = readFileSync(path, 'utf8');
      return text.length > textMax ? null : text;
    } catch {
      return null;
    }
  },
  /** The path that `name` means when it is written in `file`. */
  beside(file: string, name: string): string {
    return name.startsWith('/') ? name : normalize(join(dirname(file), name));
  },
};
