import { describe, expect, it } from 'vitest';
import { sizes } from './rules/sizes.ts';
import { described, planted, readProject } from './source.ts';

const lines = (count: number) => 'x();\n'.repeat(count);

describe('sizes', () => {
  it('files stop at 300 lines and functions at 50', () => {
    expect(described(sizes(readProject()))).toEqual([]);
  });

  it('finds a file of 301 lines and allows 300', () => {
    expect(sizes([planted('src/lib/a.ts', lines(301))])).toHaveLength(1);
    expect(sizes([planted('src/lib/a.ts', lines(300))])).toEqual([]);
  });

  it.each([
    ['a function', 'export function long() {\n', '}'],
    ['an arrow', 'export const long = () => {\n', '};'],
    ['a method', 'export class A { long() {\n', '} }'],
    ['a test', "it('claims', () => {\n", '});'],
  ])('finds %s of 51 lines and allows 50', (_, before, after) => {
    expect(sizes([planted('src/lib/a.ts', before + lines(49) + after)])).toHaveLength(1);
    expect(sizes([planted('src/lib/a.ts', before + lines(48) + after)])).toEqual([]);
  });

  it('is not misled by braces in strings, templates and comments', () => {
    const text = `const a = '{'; const b = \`{\${1}\`; // {\n${lines(60)}`;
    expect(sizes([planted('src/lib/a.ts', text)])).toEqual([]);
  });

  it('takes a describe block for a frame, however long', () => {
    const text = `describe.each([1])('x', () => {\n${lines(60)}});`;
    expect(sizes([planted('test/lib/a.test.ts', text)])).toEqual([]);
  });
});
