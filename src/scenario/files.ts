/** Where scenarios and the files they name are read from. */
export interface ScenarioFiles {
  /** The text of a file, or null when it can't be read. */
  read(path: string): string | null;
  /** The path that `name` means when it is written in `file`. */
  beside(file: string, name: string): string;
}

/** The first readable file that `name` means: beside the file that names it, then in the working directory. */
export function readNamed(
  files: ScenarioFiles,
  name: string,
  from: string,
): { readonly path: string; readonly text: string } | null {
  for (const path of new Set([files.beside(from, name), name])) {
    const text = files.read(path);
    if (text !== null) return { path, text };
  }
  return null;
}
