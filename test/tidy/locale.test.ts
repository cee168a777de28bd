import { describe, expect, it } from 'vitest';
import { locale } from './rules/locale.ts';
import { described, planted, readProject } from './source.ts';

describe('locale', () => {
  it('no order and no output depends on the language of the machine', () => {
    expect(described(locale(readProject()))).toEqual([]);
  });

  it.each([
    "a.localeCompare('b');",
    '(1.5).toLocaleString();',
    "a['localeCompare'];",
    'names.sort(compare?.toLocaleLowerCase);',
  ])('finds %s', (text) => {
    expect(locale([planted('src/cli/a.ts', text)])).toHaveLength(1);
  });

  it('allows the word in a string or a comment', () => {
    expect(locale([planted('src/cli/a.ts', "// no localeCompare\nx('localeCompare');")])).toEqual([]);
  });
});
