import { chdir, cwd } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guras } from '../cli/captured-terminal.ts';
import { type Serving, scratchFolder, serving } from '../cli/scratch.ts';
import { blocksOf, readPage } from './page.ts';

const blocks = blocksOf(readPage('README.md'));
const home = cwd();
const inScratch = scratchFolder();
const documentedServer = 'http://127.0.0.1:8080';

interface Told {
  readonly line: string;
  readonly output: string;
}

/** The command lines of the blocks of one kind, with the output below each. */
function told(info: string): readonly Told[] {
  return blocks
    .filter((block) => block.info === info)
    .flatMap(({ text }) => text.split(/^\$ guras-sync /m).slice(1))
    .map((part) => ({ line: part.slice(0, part.indexOf('\n')), output: part.slice(part.indexOf('\n') + 1) }));
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:"[^"]*"|[^\s"]+)+/g)].map(([word]) => word.replaceAll('"', ''));
}

/** Text as a pattern: `…` stands for anything on its line. */
function patternOf(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^\\n]*');
}

describe('the five minutes of the README', () => {
  let server: Serving;
  beforeAll(async () => {
    server = await serving(['--seed-data=fixtures/quotes.yaml', '--seed-data=ana=fixtures/ana.yaml']);
  });
  afterAll(async () => {
    chdir(home);
    await server.stop();
  });

  it('print what the page shows', async () => {
    const shown = told('console');
    expect(shown.length).toBeGreaterThan(10);
    const folder = inScratch('.');
    for (const { line, output } of shown) {
      chdir(line.startsWith('run ') ? home : folder);
      const { stdout, stderr } = await guras(wordsOf(line.replace(documentedServer, server.url)));
      expect(stdout + stderr, line).toMatch(new RegExp(`^${patternOf(output)}$`));
    }
    chdir(home);
  }, 60_000);

  it('quote stories as they are told', async () => {
    const [excerpt] = told('console excerpt');
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
