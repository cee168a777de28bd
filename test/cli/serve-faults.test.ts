import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';
import { scratchFolder } from './scratch.ts';

const inScratch = scratchFolder();

function written(text: string): string {
  const file = inScratch('bad-line.yaml');
  writeFileSync(file, text);
  return file;
}

it('a server strikes with the faults of a file from its first request on, and says so loudly', async () => {
  const file = written(
    'faults:\n  - { next: { any: { fault: { status: 503 }, times: every } }, route: /health/ready }\n',
  );
  const terminal = new CapturedTerminal();
  const ended = main(['serve', '--port', '0', '--log-level', 'error', '--faults', file, '--seed', '7'], terminal);
  await terminal.shows(/http:\S+\n/);
  const url = terminal.text.stdout.trim();
  expect(terminal.text.stderr).toMatch(/FAULTS ARE ON .*bad-line\.yaml.*seed 7.*\/fault/);
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  expect(await (await fetch(`${url}/fault`)).json()).toMatchObject({ seed: '7', faults: [{ struck: 1 }] });
  terminal.stop('SIGTERM');
  await ended;
});

it('everything that is wrong with a file is told at its place, and no server starts', async () => {
  const file = written('faults:\n  - next: { psh: lose-response }\n  - next: { push: lose-respons }\n    forr: 5m\n');
  const { code, stdout, stderr } = await guras(['serve', '--port', '0', '--faults', file]);
  expect([code, stdout]).toEqual([2, '']);
  for (const place of ['2:13', '3:19', '4:5']) expect(stderr).toContain(`bad-line.yaml:${place}`);
  expect(stderr).toContain('did you mean "lose-response"');
});

it.each([
  [['--seed', '3'], '--seed needs --faults'],
  [['--faults', 'not-there.yaml'], "not-there.yaml can't be read"],
])('%j is refused', async (options, message) => {
  const { code, stderr } = await guras(['serve', '--port', '0', ...options]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
