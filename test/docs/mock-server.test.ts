import { execFile } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type Serving, scratchFolder, serving } from '../cli/scratch.ts';
import { patternOf } from './console.ts';
import { blocksOf, readPage } from './page.ts';

const blocks = blocksOf(readPage('docs/mock-server.md'));
const inScratch = scratchFolder();
const run = promisify(execFile);
const servers: Serving[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function started(...argv: readonly string[]): Promise<string> {
  const server = await serving(argv);
  servers.push(server);
  return server.url;
}

/** A folder with the files of the page, and the fixtures that it names. */
function folderOfThePage(): string {
  const folder = inScratch('.');
  cpSync('fixtures', join(folder, 'fixtures'), { recursive: true });
  for (const { info, text } of blocks) {
    const name = /^\w+ file (.+)$/.exec(info)?.[1];
    if (name !== undefined) writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The command lines of the page with what is printed below each. */
function shown(): readonly { readonly line: string; readonly output: string }[] {
  return blocks
    .filter(({ info }) => info === 'console')
    .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
    .map((part) => ({ line: part.slice(0, part.indexOf('\n')), output: part.slice(part.indexOf('\n') + 1).trimEnd() }));
}

const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
);

describe('the page of the mock server', () => {
  it.skipIf(!hasCurl)('shows what curl prints', async () => {
    const folder = folderOfThePage();
    const plain = await started('--faults', '--seed-data', join(folder, 'fixtures/quotes.yaml'));
    const dotnet = await started('--flavour', 'dotnet', '--faults');
    expect(shown().length).toBeGreaterThan(8);
    for (const { line, output } of shown()) {
      const here = line.replace('http://127.0.0.1:8080', plain).replace('http://127.0.0.1:8081', dotnet);
      const { stdout } = await run('sh', ['-c', here], { cwd: folder });
      expect(stdout.replaceAll('\r', '').trimEnd(), line).toMatch(new RegExp(`^${patternOf(output)}$`));
    }
  });

  it('shows a file of faults that a server starts with, and that strikes', async () => {
    const url = await started('--faults', join(folderOfThePage(), 'bad-line.yaml'), '--seed', '7');
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    const { faults } = (await (await fetch(`${url}/fault`)).json()) as { faults: readonly object[] };
    expect(faults).toHaveLength(6);
  });
});
