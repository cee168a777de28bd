import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guras } from './captured-terminal.ts';
import { newDevice, scratchFolder, session } from './scratch.ts';

const inScratch = scratchFolder();

async function phoneWithSession(): Promise<string> {
  const phone = inScratch('phone.db');
  await newDevice(phone);
  await guras(['device', 'create', phone, 'meditation', 's1', ...session]);
  return phone;
}

describe('a device in a file', () => {
  it('init makes a device once', async () => {
    const phone = inScratch('phone.db');
    expect(await newDevice(phone)).toMatchObject({ code: 0, stdout: `made ${phone}: device phone of ana\n` });
    const again = await newDevice(phone);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain(`${phone} holds a device already`);
  });

  it('a created row is listed, shown and queued; an update coalesces into it', async () => {
    const phone = await phoneWithSession();
    await guras(['device', 'update', phone, 'meditation', 's1', '--set', 'rating=5', '--set', 'notes=7']);
    const { stdout } = await guras(['device', 'get', phone, 'meditation', 's1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      entityType: 'meditation',
      entityId: 's1',
      syncStatus: 'pending',
      data: { rating: 5, notes: '7', durationSec: 720 },
    });
    const queue = await guras(['queue', 'list', phone, '--json']);
    expect(JSON.parse(queue.stdout)).toMatchObject({ total: 1, items: [{ action: 'CREATE', state: 'pending' }] });
  });

  it('rows can be picked by a value, and counters added to', async () => {
    const phone = await phoneWithSession();
    await guras(['device', 'update', phone, 'meditationStats', 'me', '--add', 'totalSessions=2']);
    const found = await guras(['device', 'list', phone, 'meditation', '--where', 'durationSec=720', '--json']);
    expect(JSON.parse(found.stdout).rows).toHaveLength(1);
    const none = await guras(['device', 'list', phone, 'meditation', '--where', 'durationSec=1']);
    expect(none).toMatchObject({ code: 0, stdout: 'no rows\n' });
  });

  it('values come from standard input as well', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const stdin = JSON.stringify({ theme: 'dark' });
    const ran = await guras(['device', 'create', phone, 'preferences', 'me', '--data', '-'], { stdin });
    expect(ran.stderr).toBe('');
    expect((await guras(['device', 'get', phone, 'preferences', 'me', '--json'])).stdout).toContain('"dark"');
  });

  it('undo takes an unsent change out of the queue', async () => {
    const phone = await phoneWithSession();
    expect(await guras(['device', 'undo', phone, '1'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^undone \S+: nothing of it waits in the queue\n$/),
    });
    expect((await guras(['queue', 'list', phone])).stdout).toBe('the queue is empty\n');
  });

  it('why says that nobody syncs the device', async () => {
    const phone = await phoneWithSession();
    const { stdout } = await guras(['queue', 'why', phone]);
    expect(stdout).toContain('no process syncs this device now');
  });

  it('a list of one state says that no change is in it, not that the queue is empty', async () => {
    const phone = await phoneWithSession();
    expect((await guras(['queue', 'list', phone, '--state', 'parked'])).stdout).toBe('no change is parked\n');
  });

  it('the history of a row whose change waits points at the queue', async () => {
    const phone = await phoneWithSession();
    const { stdout } = await guras(['device', 'history', phone, 'meditation', 's1']);
    expect(stdout).toContain(`1 change waits for the server: guras-sync queue list ${phone}`);
  });

  it('data that is no JSON is said with what to write', async () => {
    const phone = await phoneWithSession();
    const { code, stderr } = await guras(['device', 'update', phone, 'meditation', 's1', '--data', 'session.json']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('write for example --data \'{"rating":5}\', or --data -'),
    ]);
  });

  it('every reading command gives one JSON document', async () => {
    const phone = await phoneWithSession();
    const commands = [
      ['device', 'list', phone],
      ['device', 'get', phone, 'meditation', 's1'],
      ['device', 'status', phone],
      ['device', 'digest', phone],
      ['device', 'history', phone, 'meditation', 's1'],
      ['queue', 'list', phone],
      ['queue', 'show', phone, '1'],
      ['queue', 'why', phone],
      ['queue', 'why', phone, '1'],
      ['conflicts', 'list', phone],
      ['schema', 'scenario'],
      ['schema', 'fixture'],
      ['schema', 'protocol'],
      ['completion', 'bash'],
    ];
    for (const argv of commands) {
      const { code, stdout } = await guras([...argv, '--json']);
      expect(code, argv.join(' ')).toBe(0);
      expect(() => JSON.parse(stdout), argv.join(' ')).not.toThrow();
    }
  });

  it('every writing command gives one JSON document', async () => {
    const phone = inScratch('phone.db');
    const commands = [
      ['device', 'init', phone, '--user', 'ana'],
      ['device', 'create', phone, 'meditation', 's1', ...session],
      ['device', 'update', phone, 'meditation', 's1', '--set', 'rating=3'],
      ['device', 'delete', phone, 'meditation', 's1'],
      ['device', 'offline', phone],
      ['device', 'online', phone],
    ];
    for (const argv of commands) {
      const { code, stdout, stderr } = await guras([...argv, '--json']);
      expect([code, stderr], argv.join(' ')).toEqual([0, '']);
      expect(() => JSON.parse(stdout), argv.join(' ')).not.toThrow();
    }
  });
});

describe('bad input', () => {
  it('an unknown entity type is wrong usage and gets a suggestion', async () => {
    const phone = await phoneWithSession();
    const { code, stderr } = await guras(['device', 'create', phone, 'meditatoin', 's2']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no entity type "meditatoin"\n {2}did you mean meditation\?/);
  });

  it('an unknown field is wrong usage and gets a suggestion', async () => {
    const phone = await phoneWithSession();
    const { code, stderr } = await guras(['device', 'update', phone, 'meditation', 's1', '--set', 'ratin=3']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean rating?')]);
  });

  it('a rating of 7 is refused with field and rule, and nothing is written', async () => {
    const phone = await phoneWithSession();
    const before = (await guras(['queue', 'list', phone, '--json'])).stdout;
    const { code, stdout, stderr } = await guras(['device', 'update', phone, 'meditation', 's1', '--set', 'rating=7']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/update meditation\/s1 was refused: field rating: .*at most 5, not 7/);
    expect((await guras(['queue', 'list', phone, '--json'])).stdout).toBe(before);
  });

  it('a required field that is not given is said to be missing, also where it merges with others', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    const { stderr } = await guras([
      'device',
      'create',
      phone,
      'meditation',
      ...session.filter((one) => !/completedAt/.test(one)),
    ]);
    expect(stderr).toContain('completedAt is required');
  });

  it('a deleted row that was never sent leaves nothing in the queue, and is not said to', async () => {
    const phone = await phoneWithSession();
    const { stdout } = await guras(['device', 'delete', phone, 'meditation', 's1']);
    expect(stdout).toBe('deleted meditation/s1: nothing of it waits in the queue\n');
  });

  it('a database of another program is left alone', async () => {
    const { default: Database } = await import('better-sqlite3');
    const file = inScratch('photos.db');
    const other = new Database(file);
    other.exec('CREATE TABLE photos (id)');
    other.close();
    for (const argv of [
      ['device', 'list', file],
      ['device', 'init', file, '--user', 'ana'],
      ['device', 'create', file, 'meditation', 's1', ...session],
      ['serve', '--port', '0', '--store', `sqlite:${file}`],
    ]) {
      const { code, stdout, stderr } = await guras(argv);
      expect([code, stdout], argv.join(' ')).toEqual([4, '']);
      expect(stderr).toContain(file);
      expect(stderr).toContain('another program');
    }
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('a file that is no database, and one that is not there, are said and not made', async () => {
    const text = inScratch('notes.txt');
    writeFileSync(text, 'buy milk');
    expect(await guras(['device', 'status', text])).toMatchObject({ code: 4 });
    const absent = inScratch('absent.db');
    const { code, stderr } = await guras(['device', 'create', absent, 'meditation', 's1', ...session]);
    expect([code, stderr]).toEqual([4, expect.stringContaining(`there is no file ${absent}`)]);
    expect(existsSync(absent)).toBe(false);
  });

  it('what is not there ends with 1', async () => {
    const phone = await phoneWithSession();
    expect((await guras(['device', 'get', phone, 'meditation', 'nope'])).code).toBe(1);
    expect((await guras(['queue', 'show', phone, '99'])).code).toBe(1);
    expect((await guras(['device', 'undo', phone, '99'])).code).toBe(1);
    expect((await guras(['conflicts', 'show', phone, 'meditation/s1'])).code).toBe(1);
  });
});
