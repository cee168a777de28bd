import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/failure-cases.md', 'utf8');
const scenarios = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `scenarios/${name.replaceAll('\\', '/')}`);

/** The cells of the rows of a section's table. */
function rowsOf(section: string): readonly (readonly string[])[] {
  const text = page.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const filesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`((?:scenarios|test)\/[^`]+)`/g)].map(([, file]) => file ?? '');

const cases = rowsOf('Cases');

describe('the page of failure cases', () => {
  it('has all 64, in order, each held by a file or with the reason why not', () => {
    expect(cases.map(([name]) => name)).toEqual(
      Array.from({ length: 64 }, (_, at) => `C${String(at + 1).padStart(2, '0')}`),
    );
    const bare = cases.filter(([, , held = '']) => filesIn(held).length === 0 && !held.startsWith('note: '));
    expect(bare).toEqual([]);
  });

  it('names only files that are there', () => {
    const named = [...cases, ...rowsOf('Faults')].flatMap((cells) => filesIn(cells[2] ?? ''));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each(scenarios)('%s is named by each case that it names, and by no other', (file) => {
    const written = new Set(readFileSync(file, 'utf8').match(/\bC\d\d\b/g));
    const listed = cases.filter(([, , held = '']) => filesIn(held).includes(file)).map(([name]) => name ?? '');
    const random = file === 'scenarios/regressions/random-stories-keep-their-invariants.yaml';
    expect(listed).toEqual(random ? ['C64'] : [...written].sort());
  });

  it('shows a story for every fault that does it', () => {
    const faults = rowsOf('Faults');
    expect(faults.length).toBeGreaterThan(30);
    for (const [what, word = '', story = ''] of faults) {
      const [file = ''] = filesIn(story);
      const words = [...word.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
      const text = readFileSync(file, 'utf8');
      expect(
        words.some((name) => text.includes(name)),
        `${what} in ${file}`,
      ).toBe(true);
    }
  });
});
