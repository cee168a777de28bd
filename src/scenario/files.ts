/** Where scenarios and the files they name are read from. */
export interface ScenarioFiles {
  /** The text of a file, or null when it can't be read. */
  read(path: string): string | null;
  /** The path that `name` means when it is written in `file`. */
  beside(file: string, name: string): string;
}

/** Folders above a file that are looked through for what it names: so a story runs from any working directory. */
const parentsMax = 8;

/** The first readable file that `name` means: beside the file that names it, in the folders above, in the working directory. */
export function readNamed(
  files: ScenarioFiles,
  name: string,
  from: string,
): { readonly path: string; readonly text: string } | null {
  const above = Array.from({ length: parentsMax + 1 }, (_, up) => files.beside(from, `${'../'.repeat(up)}${name}`));
  for (const path of new Set(name.startsWith('/') ? [name] : [...above, name])) {
    const text = files.read(path);
    if (text !== null) return { path, text };
  }
  return null;
}
