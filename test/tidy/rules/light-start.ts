import { type Import, importsOf } from '../imports.ts';
import { type Rule, type SourceFile, type Violation, violationAt } from '../source.ts';

const ENTRY = 'src/cli/main.ts';
/** What every start may load before it knows its command. The rest waits for the command that uses it. */
const LIGHT = new Set(['commander']);

/** Third-party modules that the tool loads on every start: reached from its entry without an `import()`. */
export const lightStart: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const waiting = [ENTRY];
  const found: Violation[] = [];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    const loaded = importsOf(file).filter(({ kind }) => kind === 'static');
    waiting.push(...loaded.flatMap(({ target }) => target ?? []));
    found.push(...loaded.filter(isHeavy).map((heavy) => onEveryStart(file, heavy)));
  }
  return found;
};

function isHeavy({ specifier, target }: Import): boolean {
  return target === undefined && !specifier.startsWith('node:') && !LIGHT.has(specifier);
}

function onEveryStart(file: SourceFile, { specifier, start }: Import): Violation {
  return violationAt(file, start, `loads ${specifier} on every start: reach this file by import() from its command`);
}
