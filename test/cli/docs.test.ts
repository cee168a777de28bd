import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGroup } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/table.ts';
import { patternOf, printedFor, toldIn } from '../docs/console.ts';
import { blocksOf, readPage } from '../docs/page.ts';
import { type Serving, scratchFolder, serving } from './scratch.ts';

const page = readPage('docs/cli.md');
const inScratch = scratchFolder();

describe('the page of the command line', () => {
  let server: Serving;
  beforeAll(async () => {
    server = await serving();
  });
  afterAll(() => server.stop());

  it('shows what the tool prints', async () => {
    const folder = inScratch('.');
    const told = toldIn(blocksOf(page), 'console');
    expect(told.length).toBeGreaterThan(15);
    for (const { line, output } of told) {
      const printed = await printedFor(line, { folder, serverUrl: server.url });
      expect(printed, line).toMatch(new RegExp(`^${patternOf(output)}$`));
    }
  });

  it('names every command', async () => {
    for (const { name, load } of commands) {
      const body = await load();
      const names = isGroup(body) ? body.subcommands.map((entry) => `${name} ${entry.name}`) : [name];
      for (const command of names) expect(page.text, command).toContain(`\`${command}`);
    }
  });
});
