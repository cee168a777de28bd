import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';
import { newDevice, scratchFolder, session } from './scratch.ts';

const file = scratchFolder();

test('the id of a change in the queue leads to its request in the log of the server', async () => {
  const terminal = new CapturedTerminal();
  const ended = main(['serve', '--port', '0', '--log-level', 'debug'], terminal);
  await terminal.shows(/http:\S+\n/);
  const phone = file('phone.db');
  await newDevice(phone);
  await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
  const { items } = JSON.parse((await guras(['queue', 'list', phone, '--json'])).stdout) as { items: { id: string }[] };
  const id = items[0]?.id ?? '';
  expect((await guras(['device', 'sync', phone, '--server', terminal.text.stdout.trim()])).code).toBe(0);
  terminal.stop('SIGTERM');
  await ended;
  const lines = terminal.text.stderr.trim().split('\n');
  const pushes = lines.map((line) => JSON.parse(line)).filter(({ url }) => url === '/api/sync/sync');
  expect(pushes).toMatchObject([{ traceId: id.replaceAll('-', ''), changes: [`${id} applied`], device: 'phone' }]);
});
