import { importsOf } from '../imports.ts';
import { codeIn, type Rule, type Violation, violationAt } from '../source.ts';

/** Drivers that will be replaced one day (encryption at rest, another HTTP client): one folder knows them. */
const ONLY_IN: Readonly<Record<string, string>> = {
  'better-sqlite3': 'src/adapters/node/',
  undici: 'src/adapters/node/',
};

/** Drivers outside the folder that hides them, and adapters for Node that know more than one third party. */
export const thirdParties: Rule = (files) =>
  codeIn(files, 'src').flatMap((file) => {
    const foreign = importsOf(file).filter(({ target, specifier }) => !target && !specifier.startsWith('node:'));
    const astray = foreign.filter(({ specifier }) => !file.path.startsWith(ONLY_IN[specifier] ?? ''));
    const names = new Set(foreign.map(({ specifier }) => specifier));
    const found: Violation[] = astray.map(({ specifier, start }) =>
      violationAt(file, start, `imports ${specifier}, which only ${ONLY_IN[specifier]} may know`),
    );
    if (file.path.startsWith('src/adapters/node/') && names.size > 1) {
      found.push(violationAt(file, 0, `knows ${names.size} third parties: one per file`));
    }
    return found;
  });
