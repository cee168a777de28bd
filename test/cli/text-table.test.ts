import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, cutTo, printable } from '../../src/cli/cells.ts';
import { textTable } from '../../src/cli/text-table.ts';

describe('a table of text', () => {
  it('numbers stand to the right, empty columns are left out', () => {
    const columns = [{ title: 'nr', align: 'right' }, { title: 'row' }, { title: 'error' }] as const;
    expect(
      textTable(
        columns,
        [
          ['1', 'a/b', ''],
          ['12', 'c', ''],
        ],
        null,
      ),
    ).toEqual(['nr  row', ' 1  a/b', '12  c']);
  });

  it('fits the width by cutting elastic columns, and is never cut without a width', () => {
    const columns = [{ title: 'id' }, { title: 'data', elastic: true }];
    const rows = [['1', 'x'.repeat(100)]];
    expect(textTable(columns, rows, 30).every((line) => cellsOf(line) <= 30)).toBe(true);
    expect(textTable(columns, rows, null)[1]).toContain('x'.repeat(100));
  });

  it('wide characters count as two cells, marks as none', () => {
    expect([cellsOf('abc'), cellsOf('日本'), cellsOf('é')]).toEqual([3, 4, 1]);
    expect(cutTo('日本語', 5)).toBe('日本…');
  });

  it('a cut text never takes more cells than it may', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, cells) => {
        expect(cellsOf(cutTo(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });

  it('what came from data moves no cursor', () => {
    expect(printable('a\u001b[2Jb\nc')).toBe('a\\u001b[2Jb\\u000ac');
  });
});
