import { keyText } from '../core/ids.ts';
import type { Conflict } from '../core/merge/conflict.ts';
import { notThere } from './exit.ts';
import { readSource } from './open-source.ts';

/** The open conflict of the device that has this change id, or is about this row (`type/id`). */
export function conflictNamed(file: string, name: string): Conflict {
  const all = readSource(file, (rows) => rows.scan('conflicts'));
  const found = all.find((conflict) => conflict.changeId === name || keyText(conflict) === name);
  if (found !== undefined) return found;
  throw notThere(`${file} has no open conflict ${name}`, `see: guras-sync conflicts list ${file}`);
}
