import { describe, expect, it } from 'vitest';
import { looseEnds } from './rules/loose-ends.ts';
import { described, planted, readProject } from './source.ts';

describe('loose ends', () => {
  it('nothing is left open, silenced, commented out or of any type', () => {
    expect(described(looseEnds(readProject()))).toEqual([]);
  });

  it.each([
    ['any', 'const a: any = 1;'],
    ['any deep in a type', 'type A = Map<string, readonly any[]>;'],
    ['a cast to any', 'use(a as any);'],
    ['a default export', 'export default 1;'],
    ['an empty catch block', 'try { x(); } catch {}'],
    ['a note without an issue', '// TODO later\nx();'],
    ['a note of another kind without an issue', '/* FIXME: soon */ x();'],
    ['a silenced compiler', '// @ts-ignore\nx();'],
    ['a linter silenced for the file', '// biome-ignore-all lint: no\nx();'],
    ['a statement in a comment', '// const a = 1;\nx();'],
    ['a block of code in a comment', '// if (a) {\n//   b();\n// }\nx();'],
    ['code in a block comment', '/* call(a, b); */\nx();'],
  ])('finds %s', (_, text) => {
    expect(looseEnds([planted('src/lib/a.ts', text)])).toHaveLength(1);
  });

  it.each([
    ['the word in prose', '// Any number will do.\nconst any = 1;'],
    ['a note with its issue', '// TODO(#12): raise the bound.\nx();'],
    ['a catch block that says why', 'try { x(); } catch { /* The file may be absent. */ }'],
    ['prose that ends a line with a semicolon', '// The first wins;\n// the others wait.\nx();'],
    ['prose with a name in it', '// See step().\nx();'],
    ['an example in a doc block', '/** const a = 1; */\nexport const a = 1;'],
    ['an expected error with its reason', '// @ts-expect-error the field is read-only\nx();'],
  ])('allows %s', (_, text) => {
    expect(looseEnds([planted('src/lib/a.ts', text)])).toEqual([]);
  });
});
