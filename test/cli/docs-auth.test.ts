import { expect, it } from 'vitest';
import { patternOf, printedFor, toldIn } from '../docs/console.ts';
import { blocksOf, readPage } from '../docs/page.ts';
import { scratchFolder, serving } from './scratch.ts';

const inScratch = scratchFolder();

it('the page of users and tokens shows what the tool prints', async () => {
  const server = await serving(['--auth', 'issuer']);
  const told = toldIn(blocksOf(readPage('docs/auth.md')), 'console');
  expect(told.length).toBeGreaterThan(2);
  for (const { line, output } of told) {
    const printed = await printedFor(line, { folder: inScratch('.'), serverUrl: server.url });
    expect(printed, line).toMatch(new RegExp(`^${patternOf(output)}$`));
  }
  await server.stop();
});
