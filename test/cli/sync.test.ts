import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { storyTokens } from '../../src/live/story-tokens.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';
import { newDevice, type Serving, scratchFolder, serving, session } from './scratch.ts';

const inScratch = scratchFolder();

async function twoDevices(): Promise<{ readonly phone: string; readonly tablet: string; readonly server: Serving }> {
  const [phone, tablet] = [inScratch('phone.db'), inScratch('tablet.db')];
  await newDevice(phone);
  await newDevice(tablet);
  return { phone, tablet, server: await serving() };
}

describe('two devices and a server', () => {
  it('exchange changes, and hold the same as the server', async () => {
    const { phone, tablet, server } = await twoDevices();
    const at = ['--server', server.url];
    await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
    expect((await guras(['device', 'sync', phone, ...at])).stdout).toBe('pushed 1 change, pulled 0 rows: synced\n');
    expect((await guras(['device', 'sync', tablet, ...at])).stdout).toBe('pushed 0 changes, pulled 1 row: synced\n');
    for (const file of [phone, tablet]) {
      const { code, stdout } = await guras(['device', 'digest', file, '--compare', ...at, '--json']);
      expect([code, JSON.parse(stdout).equal]).toEqual([0, true]);
    }
    const history = await guras(['device', 'history', tablet, 'meditation', 's1', ...at, '--json']);
    expect(JSON.parse(history.stdout).versions).toMatchObject([{ version: 1, origin: { deviceId: 'phone' } }]);
    expect(await server.stop()).toBe(143);
  });

  it('a digest that can not be compared yet is inconclusive', async () => {
    const { phone, server } = await twoDevices();
    const { code, stderr } = await guras(['device', 'digest', phone, '--compare', '--server', server.url]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('it has never pulled')]);
    await server.stop();
  });

  it('a conflict is told, shown from both sides, and decided', async () => {
    const { phone, tablet, server } = await twoDevices();
    const at = ['--server', server.url];
    await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
    await guras(['device', 'sync', phone, ...at]);
    await guras(['device', 'sync', tablet, ...at]);
    await guras(['device', 'update', phone, 'meditation', 's1', '--set', 'notes=calm']);
    await guras(['device', 'update', tablet, 'meditation', 's1', '--set', 'notes=busy']);
    await guras(['device', 'sync', phone, ...at]);
    const { code, stdout } = await guras(['device', 'sync', tablet, ...at]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 conflict to decide')]);
    expect((await guras(['queue', 'why', tablet])).stdout).toMatch(
      /must decide.*\n.*conflicts list .*\(conflict_open\)/,
    );
    const shown = await guras(['conflicts', 'show', tablet, 'meditation/s1', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ fields: [{ name: 'notes', mine: 'busy', theirs: 'calm' }] });
    expect((await guras(['conflicts', 'resolve', tablet, 'meditation/s1'])).code).toBe(2);
    const decided = await guras([
      'conflicts',
      'resolve',
      tablet,
      'meditation/s1',
      '--set',
      'notes=calm and busy',
      '--json',
    ]);
    expect([decided.code, decided.stderr]).toEqual([0, '']);
    await guras(['device', 'sync', tablet, ...at]);
    await guras(['device', 'sync', phone, ...at]);
    expect((await guras(['device', 'get', phone, 'meditation', 's1'])).stdout).toContain('"calm and busy"');
    await server.stop();
  });

  it('watch is told of an edit at once, long before it would ask', async () => {
    const { phone, tablet, server } = await twoDevices();
    const terminal = new CapturedTerminal();
    const at = ['--server', server.url];
    const watching = main(['device', 'watch', tablet, '--poll', '1h', '--json', ...at], terminal);
    await terminal.shows(/"type":"success"/);
    await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
    await guras(['device', 'sync', phone, ...at]);
    await terminal.shows(/"type":"record","entityType":"meditation","entityId":"s1"/);
    terminal.stop('SIGINT');
    expect(await watching).toBe(130);
    await server.stop();
  });

  it('watch sends an edit of another command, and says who holds the device', async () => {
    const { phone, tablet, server } = await twoDevices();
    const terminals = [new CapturedTerminal(), new CapturedTerminal()] as const;
    const [first, second] = terminals;
    const at = ['--server', server.url];
    const watching = [
      main(['device', 'watch', phone, ...at], first),
      main(['device', 'watch', tablet, '--poll', '100ms', '--json', ...at], second),
    ];
    await first.shows(/synced: pushed 0 changes/);
    const third = await guras(['device', 'watch', phone, '--no-wait', ...at]);
    expect([third.code, third.stderr]).toEqual([4, expect.stringMatching(/is kept in sync by device watch, pid \d+/)]);
    await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
    await first.shows(/synced: pushed 1 change/);
    await second.shows(/"type":"record","entityType":"meditation","entityId":"s1"/);
    for (const terminal of terminals) terminal.stop('SIGINT');
    expect(await Promise.all(watching)).toEqual([130, 130]);
    const lines = second.text.stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toContain('success');
    await server.stop();
  });
});

describe('a device that a watch syncs', () => {
  it('is said to be synced by it, not by nobody', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const terminal = new CapturedTerminal();
    const watching = main(['device', 'watch', phone, '--server', 'http://127.0.0.1:1'], terminal);
    await terminal.shows(/watching/);
    await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
    expect((await guras(['queue', 'why', phone])).stdout).toMatch(
      /device watch, pid \d+ on .* syncs it\n.*\(syncing\)/,
    );
    expect((await guras(['device', 'status', phone])).stdout).toMatch(/^synced by +device watch, pid \d+ on /m);
    terminal.stop('SIGTERM');
    expect(await watching).toBe(143);
    expect((await guras(['queue', 'why', phone])).stdout).toContain('no process syncs this device now');
  });
});

describe('a server that checks tokens', () => {
  const secret = 'a secret of thirty-two bytes or more';

  it('lets a watch without a token wait, which says so', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const server = await serving(['--auth', 'hs256'], { GURAS_SECRET: secret });
    const terminal = new CapturedTerminal();
    const watching = main(['device', 'watch', phone, '--server', server.url], terminal);
    await terminal.shows(/needs-auth: /);
    terminal.stop('SIGTERM');
    expect(await watching).toBe(143);
    await server.stop();
  });

  it('takes the token of a file, and refuses a user name', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const server = await serving(['--auth', 'hs256'], { GURAS_SECRET: secret });
    const file = inScratch('token');
    writeFileSync(file, `${await storyTokens('ana', secret).current()}\n`);
    const at = ['--server', server.url];
    expect((await guras(['device', 'sync', phone, ...at, '--token-file', file])).code).toBe(0);
    const stdin = readFileSync(file, 'utf8');
    expect((await guras(['device', 'sync', phone, ...at, '--token-file', '-'], { stdin })).code).toBe(0);
    const { code, stderr } = await guras(['device', 'sync', phone, ...at]);
    expect([code, stderr]).toEqual([4, expect.stringContaining('--token-file FILE, or GURAS_TOKEN')]);
    await server.stop();
  });

  it('is not started without its kind of sign-in: what only hs256 takes is refused', async () => {
    for (const option of ['--secret-file', '--issuer', '--audience']) {
      const { code, stderr } = await guras(['serve', '--port', '0', option, 'x']);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${option} needs --auth hs256`)]);
    }
  });

  it('needs a secret, and a long one', async () => {
    const serve = ['serve', '--port', '0', '--auth', 'hs256'];
    expect((await guras(serve)).stderr).toContain('--auth hs256 needs a secret');
    const short = await guras(serve, { environment: { GURAS_SECRET: 'short' } });
    expect([short.code, short.stderr]).toEqual([2, expect.stringContaining('fewer than 32 bytes')]);
  });
});

describe('a server filled at the start', () => {
  it('has the rows of the fixtures', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const fixture = inScratch('ana.yaml');
    writeFileSync(fixture, 'rows: { preferences: { me: { theme: dark } } }\n');
    expect((await guras(['serve', '--port', '0', '--seed-data', fixture])).stderr).toContain('say whose they are');
    const server = await serving(['--seed-data', `ana=${fixture}`]);
    await guras(['device', 'sync', phone, '--server', server.url]);
    expect((await guras(['device', 'get', phone, 'preferences', 'me'])).stdout).toContain('"dark"');
    await server.stop();
  });
});

describe('a server that is none', () => {
  it('that answers HTML is said, and the queue is kept', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
    const portal = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>');
    });
    await new Promise<void>((resolve) => {
      portal.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
    const { code, stdout, stderr } = await guras(['device', 'sync', phone, '--server', url]);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/could not sync with .*text\/html/);
    expect(stderr).toContain('the queue keeps 1 change');
    portal.closeAllConnections();
    portal.close();
  });

  it('that can not be reached ends with 4', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const { code, stderr } = await guras(['device', 'sync', phone, '--server', 'http://127.0.0.1:1']);
    expect([code, stderr]).toEqual([4, expect.stringContaining('ECONNREFUSED')]);
  });

  it('elsewhere gets no user name for a token', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const { code, stderr } = await guras(['device', 'sync', phone, '--server', 'https://sync.example.org']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no token')]);
  });

  it('gets no token from a file that is not there, nor a user name that no header takes', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const at = ['--server', 'http://127.0.0.1:1'];
    const absent = await guras(['device', 'sync', phone, ...at, '--token-file', inScratch('none')]);
    expect([absent.code, absent.stderr]).toEqual([4, expect.stringMatching(/none: there is no such file\n/)]);
    const other = inScratch('other.db');
    await guras(['device', 'init', other, '--user', 'ana maria']);
    const { code, stderr } = await guras(['device', 'sync', other, ...at]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('"ana maria" can\'t be sent as a token')]);
  });

  it('must be named by an option or GURAS_SERVER', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    expect((await guras(['device', 'sync', phone])).code).toBe(2);
    const environment = { GURAS_SERVER: 'http://127.0.0.1:1' };
    expect((await guras(['device', 'sync', phone], { environment })).code).toBe(4);
  });
});
