import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../lib/order.ts';
import { usageError, worldError } from './exit.ts';

/** Folders that hold what scenarios name, not scenarios. */
const notStories = new Set(['fixtures', 'parts', 'node_modules']);

/**
 * The scenario files that the arguments mean, in their order, each once: a file as it is, a folder as all `.yaml` and
 * `.yml` files in it and below, by name. Folders named `fixtures` or `parts`, or that begin with a dot, are passed over.
 */
export function scenarioPaths(named: readonly string[]): readonly string[] {
  return [...new Set(named.flatMap(pathsOf))];
}

/** The folders among the arguments and all below them in which scenarios are looked for. */
export function scenarioFolders(named: readonly string[]): readonly string[] {
  const folders = named.filter((name) => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true);
  return folders.flatMap(foldersIn);
}

function foldersIn(folder: string): readonly string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !isPassedOver(entry),
  );
  return [folder, ...below.flatMap(({ name }) => foldersIn(join(folder, name)))];
}

function isPassedOver({ name }: Dirent): boolean {
  return notStories.has(name) || name.startsWith('.');
}

function pathsOf(name: string): readonly string[] {
  const found = statSync(name, { throwIfNoEntry: false });
  if (found === undefined) throw worldError(`there is no file or folder ${name}`, 'check the path');
  if (!found.isDirectory()) return [name];
  const files = filesIn(name);
  if (files.length === 0) throw usageError(`${name} holds no scenario`, 'scenarios are .yaml files');
  return files;
}

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name));
  return entries.flatMap((entry) => pathsAt(entry, join(folder, entry.name)));
}

function pathsAt(entry: Dirent, path: string): readonly string[] {
  if (entry.isDirectory()) return isPassedOver(entry) ? [] : filesIn(path);
  return /\.ya?ml$/.test(entry.name) ? [path] : [];
}
