import { describe, expect, it } from 'vitest';
import { docBlocks } from './rules/doc-blocks.ts';
import { described, planted, readProject } from './source.ts';

describe('doc blocks', () => {
  it('every exported declaration and every method of a port says what it gives back', () => {
    expect(described(docBlocks(readProject()))).toEqual([]);
  });

  it.each([
    ['a function', 'export function f(): void {}'],
    ['a constant', 'export const a = 1;'],
    ['a type', 'export type A = 1;'],
    ['an interface', 'export interface A { readonly b: 1 }'],
    ['a class', 'export class A {}'],
    ['a name exported apart from its declaration', 'const a = 1;\nexport { a };'],
    ['a declaration under a plain comment', '// Gives back one.\nexport const a = 1;'],
    ['a declaration under an empty block', '/** */\nexport const a = 1;'],
    ['a second declaration under one block', '/** Gives back one. */\nexport const a = 1;\nexport const b = 2;'],
    ['the type of a schema that is not exported', 'const schema = 1;\nexport type A = typeof schema;'],
    ['a second overload when the first has none', 'export function f(a: 1): 1;'],
  ])('finds %s', (_, text) => {
    expect(docBlocks([planted('src/lib/a.ts', text)])).toHaveLength(1);
  });

  it('finds a method of a port without its contract', () => {
    const text = '/** Keeps bytes. */\nexport interface Storage { read(): void; }';
    expect(docBlocks([planted('src/ports/storage.ts', text)])).toHaveLength(1);
    expect(docBlocks([planted('src/lib/a.ts', text)])).toEqual([]);
    const named = text.replace('Keeps bytes.', '- `read` gives back the bytes.');
    expect(docBlocks([planted('src/ports/storage.ts', named)])).toEqual([]);
  });

  it.each([
    ['a documented declaration', '/** Gives back one. */\nexport const a = 1;'],
    ['overloads under one block', '/** Gives it back. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;'],
    ['a re-export', "export { a } from './b.ts';\nexport * from './c.ts';"],
    ['a documented name exported apart', '/** The first number. */\nconst a = 1;\nexport { a };'],
    ['what is not exported', 'const a = 1;'],
    [
      'the type of a documented schema',
      '/** What a push says. */\nexport const schema = z.text();\nexport type Push = z.infer<typeof schema>;',
    ],
  ])('allows %s', (_, text) => {
    expect(docBlocks([planted('src/lib/a.ts', text)])).toEqual([]);
  });
});
