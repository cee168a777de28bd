import { isIn, REPEATABLE_FOLDERS } from '../folders.ts';
import { importsOf } from '../imports.ts';
import { codeIn, type Rule, violationAt } from '../source.ts';

/** Folders that are neither portable nor allowed to touch the machine: they see it through ports and stages. */
const WITHOUT_NODE = [...REPEATABLE_FOLDERS, 'world'];

/** Imports of `node:` modules where a run must not touch the machine. (Portable folders: see import-direction.) */
export const nodeModules: Rule = (files) =>
  codeIn(files, 'src')
    .filter(({ path }) => isIn(path, WITHOUT_NODE))
    .flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ specifier, start }) =>
          violationAt(file, start, `imports ${specifier}; ask the stage or a port instead`),
        ),
    );
