import { cwd } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guras } from '../cli/captured-terminal.ts';
import { type Serving, scratchFolder, serving } from '../cli/scratch.ts';
import { patternOf, printedFor, toldIn, wordsOf } from './console.ts';
import { blocksOf, readPage } from './page.ts';

const blocks = blocksOf(readPage('README.md'));
const inScratch = scratchFolder();

describe('the five minutes of the README', () => {
  let server: Serving;
  beforeAll(async () => {
    server = await serving(['--seed-data=fixtures/quotes.yaml', '--seed-data=ana=fixtures/ana.yaml']);
  });
  afterAll(() => server.stop());

  it('print what the page shows', async () => {
    const shown = toldIn(blocks, 'console');
    expect(shown.length).toBeGreaterThan(10);
    const folder = inScratch('.');
    for (const { line, output } of shown) {
      const place = { folder: line.startsWith('run ') ? cwd() : folder, serverUrl: server.url };
      expect(await printedFor(line, place), line).toMatch(new RegExp(`^${patternOf(output)}$`));
    }
  }, 60_000);

  it('quote stories as they are told', async () => {
    const [excerpt] = toldIn(blocks, 'console excerpt');
    const { stdout, code } = await guras(wordsOf(excerpt?.line ?? ''));
    const lines = (excerpt?.output ?? '').trimEnd().split('\n');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(lines.map(patternOf).join('\\n(?:[^\\n]*\\n)*?')));
  });

  it('hold a scenario that passes', async () => {
    const stdin = blocks.find(({ info }) => info === 'yaml file')?.text ?? '';
    const { code, stdout } = await guras(['run', '-', '--stories', 'failed'], { stdin });
    expect(stdout).toContain('1 passed, 0 failed, 0 skipped');
    expect(code).toBe(0);
  });
});
