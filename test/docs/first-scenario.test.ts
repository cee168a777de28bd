import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../cli/scratch.ts';
import { patternOf, printedFor, toldIn } from './console.ts';
import { blocksOf, readPage } from './page.ts';

const blocks = blocksOf(readPage('docs/first-scenario.md'));
const inScratch = scratchFolder();

/** A folder with the files of the page, and the fixtures that they name. */
function folderOfThePage(): string {
  const folder = inScratch('.');
  cpSync('fixtures', join(folder, 'fixtures'), { recursive: true });
  for (const { info, text } of blocks) {
    const name = /^yaml file (.+)$/.exec(info)?.[1];
    if (name !== undefined) writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('the first scenario', () => {
  it('prints what the page shows', async () => {
    const folder = folderOfThePage();
    const shown = toldIn(blocks, 'console');
    expect(shown).toHaveLength(2);
    for (const { line, output } of shown) {
      expect(await printedFor(line, { folder, serverUrl: '' }), line).toMatch(new RegExp(`^${patternOf(output)}$`));
    }
  });

  it('fails as the page shows, line for line', async () => {
    const [excerpt] = toldIn(blocks, 'console excerpt');
    const printed = await printedFor(excerpt?.line ?? '', { folder: folderOfThePage(), serverUrl: '' });
    const lines = (excerpt?.output ?? '').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(8);
    expect(printed).toMatch(new RegExp(lines.map(patternOf).join('\\n(?:[^\\n]*\\n)*?')));
  });
});
