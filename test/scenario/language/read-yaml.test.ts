import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../src/scenario/language/read-yaml.ts';
import { jsonOf, treeAt } from '../../../src/scenario/language/tree.ts';

function messages(text: string): readonly string[] {
  return readYaml('a.yaml', text).diagnostics.map(({ message, place }) => `${place?.line}:${place?.col} ${message}`);
}

describe('reading YAML', () => {
  it('a tree keeps the place of every key and value', () => {
    const { tree } = readYaml('a.yaml', 'a: 1\nb:\n  - { c: two }\n');
    expect(tree === null ? null : jsonOf(tree)).toEqual({ a: 1, b: [{ c: 'two' }] });
    const value = tree === null ? undefined : treeAt(tree, ['b', 0, 'c']);
    expect(value?.place).toEqual({ file: 'a.yaml', line: 3, col: 10, length: 3, excerpt: '  - { c: two }' });
  });

  it('words that other YAML versions take for truth values stay words', () => {
    const { tree } = readYaml('a.yaml', '{ a: yes, b: off, c: 010, d: 2026-01-01 }');
    expect(tree === null ? null : jsonOf(tree)).toEqual({ a: 'yes', b: 'off', c: 10, d: '2026-01-01' });
  });

  it('a file that is no text is one error, not one for every line', () => {
    expect(messages('SQLite format 3\0\n\0: [\n')).toEqual(['undefined:undefined a.yaml is not a text file']);
  });

  it('a duplicate key is an error at its second place', () => {
    expect(messages('a: 1\nb: 2\na: 3\n')).toEqual(['3:1 Map keys must be unique']);
  });

  it('broken YAML, several documents and unknown tags are errors with a place', () => {
    expect(messages('a: [1, 2\n')[0]).toMatch(/^2:1 /);
    expect(messages('a: 1\n---\nb: 2\n')).toEqual(['2:1 a file holds one document']);
    expect(messages('a: !thing x\n')[0]).toMatch(/^1:4 .*!thing/);
  });

  it('numbers that would not be kept exactly are errors', () => {
    expect(messages('a: 9007199254740993\n')[0]).toContain('in quotes');
    expect(messages('a: .nan\n')[0]).toContain('.nan');
    expect(messages('a: 9007199254740991\n')).toEqual([]);
  });

  it('keys like __proto__ are keys', () => {
    const { tree } = readYaml('a.yaml', '__proto__: { a: 1 }\n');
    expect(JSON.stringify(tree === null ? null : jsonOf(tree))).toBe('{"__proto__":{"a":1}}');
  });

  it('aliases are written out, and a bomb of them is one error', () => {
    const { tree } = readYaml('a.yaml', 'a: &x [1]\nb: *x\n');
    expect(tree === null ? null : jsonOf(tree)).toEqual({ a: [1], b: [1] });
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`),
    ];
    expect(messages(bomb.join('\n')).filter((message) => message.includes('too large'))).toHaveLength(1);
  });

  it('deep nesting is an error, not a crash', () => {
    expect(messages(`a: ${'['.repeat(500)}${']'.repeat(500)}`)[0]).toContain('too deeply nested');
    expect(messages('')[0]).toContain('empty');
  });
});
