import { readFileSync } from 'node:fs';
import { chdir, cwd } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGroup } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/table.ts';
import { guras } from './captured-terminal.ts';
import { type Serving, scratchFolder, serving } from './scratch.ts';

const page = readFileSync('docs/cli.md', 'utf8');
const home = cwd();
const inScratch = scratchFolder();
const documentedServer = 'http://127.0.0.1:8080';

interface Told {
  readonly line: string;
  readonly output: string;
}

/** Command lines of the page's `console` blocks with the output below them, in order. */
function toldOnPage(): readonly Told[] {
  const blocks = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map(([, body]) => body ?? '');
  return blocks.flatMap((block) =>
    block
      .split(/^\$ guras-sync /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return { line: part.slice(0, end), output: part.slice(end + 1) };
      }),
  );
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:"[^"]*"|\S)+/g)].map(([word]) => word.replaceAll('"', ''));
}

/** The output as a pattern: `…` stands for anything on its line. */
function patternOf(output: string): RegExp {
  const escaped = output.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^\\n]*');
  return new RegExp(`^${escaped}$`);
}

describe('the page of the command line', () => {
  let server: Serving;
  beforeAll(async () => {
    server = await serving();
  });
  afterAll(async () => {
    chdir(home);
    await server.stop();
  });

  it('shows what the tool prints', async () => {
    chdir(inScratch('.'));
    const told = toldOnPage();
    expect(told.length).toBeGreaterThan(15);
    for (const { line, output } of told) {
      const { stdout, stderr } = await guras(wordsOf(line.replace(documentedServer, server.url)));
      expect(stdout + stderr, line).toMatch(patternOf(output));
    }
    chdir(home);
  });

  it('names every command', async () => {
    for (const { name, load } of commands) {
      const body = await load();
      const names = isGroup(body) ? body.subcommands.map((entry) => `${name} ${entry.name}`) : [name];
      for (const command of names) expect(page, command).toContain(`\`${command}`);
    }
  });
});
