import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Editors write a file in several acts: so long after the last one it is taken for changed, ms. */
const settledMs = 80;

/** What is watched. */
export interface Watched {
  readonly files: readonly string[];
  /** Folders in which any YAML file counts, a new one too. */
  readonly folders: readonly string[];
}

/**
 * Calls back once after any of the files was changed, replaced, made or removed, or a YAML file in one of
 * the folders; gives the function that ends it. Folders are watched, because editors put a new file in an old one's place.
 */
export function watchFiles({ files, folders }: Watched, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const names = namesByFolder(files);
  for (const folder of folders) if (!names.has(resolve(folder))) names.set(resolve(folder), new Set());
  const inFolders = new Set(folders.map((folder) => resolve(folder)));
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      end();
      onChange();
    }, settledMs);
  };
  const watchers = [...names].flatMap(([folder, wanted]) =>
    watcher(folder, { wanted, takesNew: inFolders.has(folder), heard }),
  );
  const end = () => {
    clearTimeout(timer);
    for (const one of watchers) one.close();
  };
  return end;
}

function namesByFolder(files: readonly string[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const file of files) {
    const folder = dirname(resolve(file));
    names.set(folder, new Set([...(names.get(folder) ?? []), basename(file)]));
  }
  return names;
}

/** One folder's watcher; none for a folder that is not there. What is neither wanted nor YAML, like a report, does not count. */
function watcher(
  folder: string,
  {
    wanted,
    takesNew,
    heard,
  }: { readonly wanted: ReadonlySet<string>; readonly takesNew: boolean; readonly heard: () => void },
): readonly FSWatcher[] {
  try {
    const one = watch(folder, (_, name) => {
      if (name === null || wanted.has(name) || (takesNew && /\.ya?ml$/.test(name))) heard();
    });
    one.on('error', heard);
    return [one];
  } catch {
    return [];
  }
}
