import type { Mutant } from '../mutant.ts';

/** Defects of what the server decides and stores. */
export const serverDefects: readonly Mutant[] = [
  {
    name: 'repeated-change-judged-again',
    file: 'src/server/decide/judge-candidates.ts',
    old: 'return known === undefined ? settle(',
    new: "return known === undefined || known.status === 'applied' ? settle(",
  },
  {
    name: 'stored-verdict-forgotten',
    file: 'src/server/decide/judge-candidates.ts',
    old: 'const known = bench.draft.verdict(candidate.id);',
    new: 'const known = undefined as ReturnType<typeof bench.draft.verdict>;',
  },
  {
    name: 'clash-one-version-back-not-seen',
    file: 'src/server/decide/field-versions.ts',
    old: 'if (row.version <= base) return null;',
    new: 'if (row.version <= base + 1) return null;',
  },
  {
    name: 'field-versions-not-kept',
    file: 'src/server/decide/effect.ts',
    old: 'for (const field of made.changed) versions[field] = author.number;',
    new: '',
  },
  {
    name: 'natural-key-not-guarded',
    file: 'src/server/decide/natural-key.ts',
    old: 'const naturalKey = naturalKeyOf(type, data);',
    new: "const naturalKey = type.name === 'keyed' ? null : naturalKeyOf(type, data);",
  },
  {
    name: 'user-taken-for-another',
    file: 'src/server/serve-sync.ts',
    old: 'const view = store.user(call.user);',
    new: "const view = store.user(call.name === 'pull' ? call.user : 'ana');",
  },
  {
    name: 'two-transactions-share-a-number',
    file: 'src/server/decide/draft.ts',
    old: 'return this.user().counter + 1;',
    new: 'return Math.max(1, this.user().counter);',
  },
];
