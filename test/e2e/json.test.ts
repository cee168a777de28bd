import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { isGroup } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/table.ts';
import { main } from '../../src/cli/main.ts';
import { CapturedTerminal, guras } from '../cli/captured-terminal.ts';
import { newDevice, scratchFolder, serving, session } from '../cli/scratch.ts';

const inScratch = scratchFolder();
const smoke = new URL('../../scenarios/smoke.yaml', import.meta.url).pathname;

type Entries = readonly { readonly name: string; readonly load: () => Promise<unknown> }[];

/** The names of all commands of the tool, as they are written. */
async function allCommands(entries: Entries, before = ''): Promise<readonly string[]> {
  const names = await Promise.all(
    entries.map(async ({ name, load }) => {
      const body = (await load()) as Parameters<typeof isGroup>[0];
      return isGroup(body) ? allCommands(body.subcommands, `${before}${name} `) : [`${before}${name}`];
    }),
  );
  return names.flat();
}

/** Stands for the change that was queued last. */
const newest = '(newest)';

/** A scenario that fails. */
function failingStory(): string {
  const file = inScratch('fails.yaml');
  const never = 'expect: [ { phone: { synced: false } } ]';
  writeFileSync(file, `scenario: never\ndevices: { phone: { user: ana } }\nsteps: [ { all: synced } ]\n${never}\n`);
  return file;
}

/** A call of every command that ends by itself, in an order in which each has something to do. */
function calls(phone: string, tablet: string, at: readonly string[]): readonly (readonly string[])[] {
  return [
    ['device', 'init', tablet, '--user', 'ana', '--device-id', 'tablet'],
    ['device', 'create', phone, 'meditation', 's1', ...session],
    ['device', 'create', phone, 'meditation', 's2', ...session],
    ['device', 'update', phone, 'meditation', 's1', '--set', 'rating=5'],
    ['device', 'delete', phone, 'meditation', 's2'],
    ['queue', 'list', phone],
    ['queue', 'show', phone, newest],
    ['queue', 'why', phone, newest],
    ['queue', 'why', phone],
    ['device', 'sync', phone, ...at],
    ['device', 'sync', tablet, ...at],
    ['device', 'update', phone, 'meditation', 's1', '--set', 'notes=mine'],
    ['device', 'sync', phone, ...at],
    ['device', 'update', tablet, 'meditation', 's1', '--set', 'notes=theirs'],
    ['device', 'sync', tablet, ...at],
    ['conflicts', 'list', tablet],
    ['conflicts', 'show', tablet, 'meditation/s1'],
    ['conflicts', 'resolve', tablet, 'meditation/s1', '--keep', 'mine'],
    ['device', 'sync', tablet, ...at],
    ['device', 'get', tablet, 'meditation', 's1'],
    ['device', 'list', tablet],
    ['device', 'status', tablet],
    ['device', 'history', tablet, 'meditation', 's1', ...at],
    ['device', 'digest', tablet, '--compare', ...at],
    ['device', 'offline', tablet],
    ['device', 'update', tablet, 'meditation', 's1', '--set', 'mood=calm'],
    ['device', 'undo', tablet, newest],
    ['device', 'online', tablet],
    ['explore', '--runs', '40', '--save', inScratch('found')],
    ['shrink', failingStory()],
    ['schema', 'scenario'],
    ['schema', 'fixture'],
    ['schema', 'faults'],
    ['schema', 'protocol'],
    ['completion', 'bash'],
    ['lint', smoke],
    ['run', smoke],
  ];
}

/** A call of every command on the data of a server that has ended. */
function serverCalls(store: string, backup: string): readonly (readonly string[])[] {
  const at = ['--store', `sqlite:${store}`];
  return [
    ['server', 'backup', backup, ...at],
    ['server', 'devices', 'ana', ...at],
    ['server', 'history', 'ana', 'meditation', 's1', ...at],
    ['server', 'rollback', 'ana', 'meditation', 's1', '--to', '1', ...at],
    ['server', 'export', 'ana', ...at],
    ['server', 'purge', ...at],
    ['server', 'erase', 'ana', '--confirm', 'ana', ...at],
    ['server', 'restore', backup, '--confirm', basename(store), ...at],
  ];
}

/** Long work tells every few seconds how far it is. */
function withoutProgress(stderr: string): string {
  return stderr.replace(/^.* runs? in .*\n/gm, '').replace(/^\d+ of \d+ claims.*\n/gm, '');
}

it('the output of every command parses with --json', async () => {
  const [phone, tablet] = [inScratch('phone.db'), inScratch('tablet.db')];
  const store = inScratch('server.db');
  const server = await serving(['--json', '--store', `sqlite:${store}`]);
  const url: string = JSON.parse(server.url).url;
  await newDevice(phone);
  const called = new Set<string>();
  const check = async (argv: readonly string[]): Promise<void> => {
    const words = argv.includes(newest) ? [...argv.slice(0, -1), await newestChange(argv[2] ?? '')] : argv;
    const { code, stdout, stderr } = await guras([...words, '--json']);
    expect([argv.join(' '), code, withoutProgress(stderr)]).toEqual([argv.join(' '), 0, '']);
    expect(documents(stdout).length, argv.join(' ')).toBeGreaterThan(0);
    called.add(argv.slice(0, 2).join(' ')).add(argv[0] ?? '');
  };
  for (const argv of calls(phone, tablet, ['--server', url])) await check(argv);
  await check(['conformance', url, '--only', 'statuses']);
  await parsesWhileItRuns(phone, url);
  expect(await server.stop()).toBe(143);
  for (const argv of serverCalls(store, inScratch('backup.db'))) await check(argv);
  const names = await allCommands(commands);
  expect(names.filter((name) => !called.has(name))).toEqual(['serve', 'device watch']);
}, 60_000);

async function newestChange(file: string): Promise<string> {
  const { stdout } = await guras(['queue', 'list', file, '--json']);
  const { items } = JSON.parse(stdout) as { readonly items: readonly { readonly id: string }[] };
  return items.at(-1)?.id ?? '';
}

/** One document, or one document a line. Throws when it is neither. */
function documents(stdout: string): readonly unknown[] {
  try {
    return [JSON.parse(stdout)];
  } catch {
    return stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
  }
}

async function parsesWhileItRuns(phone: string, url: string): Promise<void> {
  const terminal = new CapturedTerminal();
  const watching = main(['device', 'watch', phone, '--server', url, '--json'], terminal);
  await terminal.shows(/"type":"success"/);
  terminal.stop('SIGINT');
  expect(await watching).toBe(130);
  expect(documents(terminal.text.stdout).length).toBeGreaterThan(1);
}
