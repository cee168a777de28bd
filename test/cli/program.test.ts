import { readFileSync } from 'node:fs';
import { chdir, cwd } from 'node:process';
import { describe, expect, it } from 'vitest';
import { type CommandEntry, isGroup, type Leaf } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/table.ts';
import { wordsOf } from '../docs/console.ts';
import { guras } from './captured-terminal.ts';
import { newDevice, scratchFolder, serving } from './scratch.ts';

const inScratch = scratchFolder();

async function leaves(
  entries: readonly CommandEntry[],
  path: readonly string[] = [],
): Promise<readonly (readonly [path: readonly string[], leaf: Leaf])[]> {
  const found: (readonly [readonly string[], Leaf])[] = [];
  for (const entry of entries) {
    const [body, at] = [await entry.load(), [...path, entry.name]];
    found.push(...(isGroup(body) ? await leaves(body.subcommands, at) : [[at, body] as const]));
  }
  return found;
}

describe('the command line', () => {
  it('every command prints help with examples that begin with the command', async () => {
    for (const [path, leaf] of await leaves(commands)) {
      const { code, stdout } = await guras([...path, '--help']);
      expect(code, path.join(' ')).toBe(0);
      expect(leaf.examples.length, path.join(' ')).toBeGreaterThan(0);
      for (const [line, does] of leaf.examples) {
        expect(line.startsWith(path.join(' ')), line).toBe(true);
        expect(stdout).toContain(`guras-sync ${line}\n      ${does}`);
      }
    }
  });

  it('what help shows for a device can be done with a device', async () => {
    const [server, home] = [
      await serving(['--seed-data=fixtures/quotes.yaml', '--seed-data=ana=fixtures/ana.yaml']),
      cwd(),
    ];
    try {
      chdir(inScratch('.'));
      await newDevice('phone.db');
      await guras(['device', 'sync', 'phone.db', '--server', server.url]);
      for (const [path, { examples }] of await leaves(commands)) {
        if (!['device', 'queue', 'conflicts'].includes(path[0] ?? '') || ['init', 'watch'].includes(path[1] ?? ''))
          continue;
        for (const [line] of examples.filter(([one]) => !/[<>]/.test(one))) {
          const { code, stderr } = await guras(wordsOf(line.replace('http://127.0.0.1:8080', server.url)));
          // 1: the item or conflict it names by number is not there.
          expect([0, 1], `${line}: ${stderr}`).toContain(code);
        }
        await guras(['device', 'online', 'phone.db']);
      }
    } finally {
      chdir(home);
      await server.stop();
    }
  }, 60_000);

  it('help of a command is the same with help before it', async () => {
    expect(await guras(['help', 'queue', 'list'])).toEqual(await guras(['queue', 'list', '--help']));
  });

  it.each([
    [['lnt', 'x'], 'lint'],
    [['device', 'lst'], 'list'],
    [['queue', 'list', 'x', '--stat', 'y'], '--state'],
    [['completion', 'bsh'], 'bash'],
  ])('a mistyped word is wrong usage and gets a suggestion: %j', async (argv, meant) => {
    const { code, stdout, stderr } = await guras(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`^error: .*\\n.*[Dd]id you mean ${meant}\\?`));
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await guras(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('without a command it shows what there is, and ends with 2', async () => {
    const { code, stdout, stderr } = await guras([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Commands:');
  });

  it('with --json a failure is a document on standard output', async () => {
    const { code, stdout } = await guras(['queue', 'list', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { exitCode: 2, kind: 'usage' } });
  });

  it('colour is off without a terminal, with NO_COLOR, with TERM=dumb and with --no-color', async () => {
    const argv = ['queue', 'list'];
    const escape = '\u001b[';
    expect((await guras(argv, { isTTY: true })).stderr).toContain(escape);
    expect((await guras(argv)).stderr).not.toContain(escape);
    expect((await guras(argv, { isTTY: true, environment: { NO_COLOR: '1' } })).stderr).not.toContain(escape);
    expect((await guras(argv, { isTTY: true, environment: { TERM: 'dumb' } })).stderr).not.toContain(escape);
    expect((await guras([...argv, '--no-color'], { isTTY: true })).stderr).not.toContain(escape);
  });

  it('an empty NO_COLOR leaves colour on', async () => {
    const { stderr } = await guras(['queue', 'list'], { isTTY: true, environment: { NO_COLOR: '' } });
    expect(stderr).toContain('\u001b[');
  });
});
