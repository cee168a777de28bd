import type { Rule, SourceFile, Violation } from '../source.ts';

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SAYS_NOTHING = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'common', 'misc']);
/** Endings that carry a meaning of their own, to be taken off before the name is judged. */
const ENDINGS = /(\.test|\.bench|\.d|\.config|\.portable)?\.[a-z0-9]+$/;

/** Names in src/, test/, bin/ and scenarios/ that are not kebab-case, or that say nothing of what the file holds. */
export const fileNames: Rule = (files) =>
  files.filter(({ path }) => /^(src|test|bin|scenarios)\//.test(path)).flatMap(badParts);

function badParts(file: SourceFile): Violation[] {
  const parts = file.path.split('/');
  return parts.flatMap((part, at) => {
    const name = at === parts.length - 1 ? part.replace(ENDINGS, '') : part;
    const message = judge(name);
    return message === undefined ? [] : [{ path: file.path, line: 1, message }];
  });
}

function judge(name: string): string | undefined {
  if (!KEBAB_CASE.test(name)) return `is named ${name}: names are kebab-case`;
  const empty = name.split('-').find((word) => SAYS_NOTHING.has(word));
  return empty === undefined ? undefined : `is named ${name}: "${empty}" does not say what it holds`;
}
