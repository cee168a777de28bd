import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isIn, PLACES_IN_ORDER, PORTABLE_FOLDERS } from '../tidy/folders.ts';
import { readPage } from './page.ts';

const { text } = readPage('docs/architecture.md');

/** The rows of the table under a heading, cell by cell, without its head. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const part = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = part.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** Places of src/ named in a cell. */
function placesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`src\/([\w/-]+?)(?:\.ts)?`/g)].map((match) => match[1] ?? '');
}

describe('the page of the architecture', () => {
  it('has every folder of src/ that is there, in the order of direction', () => {
    const there = PLACES_IN_ORDER.filter((place) => existsSync(`src/${place}`) || existsSync(`src/${place}.ts`));
    expect(rowsUnder('Folders').flatMap(([cell]) => placesIn(cell ?? ''))).toEqual(there);
  });

  it('says of each folder whether it is portable', () => {
    for (const [cell = '', portable] of rowsUnder('Folders')) {
      const isPortable = placesIn(cell).every((place) => isIn(`src/${place}/`, PORTABLE_FOLDERS));
      expect(portable, cell).toBe(isPortable ? 'yes' : '');
    }
  });

  it('has fourteen laws in order, each with where it is kept and what shows it', () => {
    const laws = rowsUnder('Laws');
    expect(laws.map(([number]) => Number(number))).toEqual(Array.from({ length: 14 }, (_, at) => at + 1));
    for (const [number, , kept, shown] of laws) {
      expect(kept, number).toMatch(/`src\//);
      expect(shown, number).toMatch(/`(test|scenarios)\//);
    }
  });
});

describe('the page of the words', () => {
  it('explains no word twice', () => {
    const words = [...readPage('docs/vocabulary.md').text.matchAll(/^\| (?!word )([^|-][^|]*?) \|/gm)]
      .flatMap((match) => (match[1] ?? '').split(', '))
      .map((word) => word.trim())
      .filter((word) => word !== '' && word !== 'word' && !/^-+$/.test(word));
    expect(words.length).toBeGreaterThan(80);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });
});
