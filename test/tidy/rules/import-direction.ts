import {
  ENTRY_POINTS,
  isIn,
  isPortable,
  PLACES_IN_ORDER,
  PORTABLE_FOLDERS,
  placeOf,
  THIRD_PARTY_IN_PORTABLE,
} from '../folders.ts';
import { type Import, importsOf } from '../imports.ts';
import { codeIn, type Rule, type SourceFile, type Violation, violationAt } from '../source.ts';

/** Imports that point down the list of folders, out of src/, or out of what a portable folder may use. */
export const importDirection: Rule = (files) =>
  codeIn(files, 'src').flatMap((file) => [
    ...homeless(file),
    ...importsOf(file).flatMap((found) => judge(file, found)),
  ]);

function homeless(file: SourceFile): Violation[] {
  if (placeOf(file.path) !== undefined || file.path in ENTRY_POINTS) return [];
  return [violationAt(file, 0, 'lies in no folder of the list in test/tidy/folders.ts')];
}

function judge(file: SourceFile, found: Import): Violation[] {
  const message = found.target === undefined ? judgeForeign(file, found) : judgeOurs(file.path, found.target);
  return message === undefined ? [] : [violationAt(file, found.start, message)];
}

function judgeForeign(file: SourceFile, found: Import): string | undefined {
  if (found.kind === 'dynamic') {
    return `loads ${found.specifier} by import(): import() a file of ours that imports it, or its names are lost in the bundle`;
  }
  if (!isPortable(file.path)) return undefined;
  const allowed = THIRD_PARTY_IN_PORTABLE[placeOf(file.path) ?? ''] ?? [];
  return allowed.includes(found.specifier) ? undefined : `is portable and imports ${found.specifier}`;
}

function judgeOurs(path: string, target: string): string | undefined {
  if (!target.startsWith('src/')) return `imports ${target}, which lies outside src/`;
  if (target in ENTRY_POINTS) return `imports the package's entry point ${target}`;
  if (isPortable(path) && !isIn(target, PORTABLE_FOLDERS)) return `is portable and imports ${target}, which is not`;
  const from = placeOf(path);
  const to = placeOf(target);
  if (from === undefined || to === undefined) return undefined;
  return rank(to) <= rank(from) ? undefined : `is in ${from} and imports ${target}: ${to} comes after it`;
}

function rank(place: string): number {
  return PLACES_IN_ORDER.indexOf(place);
}
