import type { Rule } from '../source.ts';

/** What belongs to one machine or to one registry. No pattern matches its own line. */
const PRIVATE: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/https?:\/\/[\w.-]*(registry|artifactory|verdaccio|nexus|npmmirror)[\w.-]*/i, 'a registry address'],
  [/"resolved":\s*"https?:/, 'a registry address'],
  [/(?<![\w.])\/(home|Users|root)\/[\w.-]+/, 'a path of one machine'],
  [/(?<![\w.])\/work\/(main|shared)\b/, 'a path of one machine'],
  [/\b[A-Z]:\\Users\\/, 'a path of one machine'],
  [/_auth[T]oken|\/\/[^/\s]+:_password/, 'a registry secret'],
];

/** Lines of any text file that name a registry or a path of one machine. */
export const privatePlaces: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((lineText, at) =>
      PRIVATE.filter(([pattern]) => pattern.test(lineText)).map(([, what]) => ({
        path,
        line: at + 1,
        message: `holds ${what}`,
      })),
    ),
  );
