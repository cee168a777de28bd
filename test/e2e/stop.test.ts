import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { readCrashedFile } from '../crash/crashed-file.ts';
import type { Child } from '../process/child.ts';
import { WatchedLine } from '../process/watched-line.ts';
import { session, ToolUnderTest } from './tool.ts';

const under = new ToolUnderTest();
let line: WatchedLine | null = null;

afterEach(async () => {
  await line?.close();
  line = null;
});

/** Resolves with the release of the first push that reaches this point of the line, where it waits. */
function heldPush(on: WatchedLine, at: 'arrived' | 'answered'): Promise<() => void> {
  return new Promise((resolve) => {
    on.watch((call, point) => {
      if (call.call !== 'push' || point !== at) return undefined;
      return new Promise<void>((release) => resolve(release));
    });
  });
}

async function phoneWithSession(): Promise<string> {
  const phone = await under.device('phone');
  await under.here('device', 'create', phone, 'meditation', 's1', ...session);
  return phone;
}

it.each([
  ['device watch', 'SIGINT', 130, 'arrived'],
  ['device watch', 'SIGTERM', 143, 'answered'],
  ['device sync', 'SIGINT', 130, 'answered'],
  ['device sync', 'SIGTERM', 143, 'arrived'],
] as const)(
  '%s ends at %s with %i in the middle of a push, and leaves the file whole',
  async (command, signal, code, at) => {
    const phone = await phoneWithSession();
    line = await WatchedLine.start(under.server.url);
    const held = heldPush(line, at);
    const child = under.start(...command.split(' '), phone, '--server', line.url);
    const release = await held;
    expect(await child.end(signal)).toMatchObject({ code, signal: null, stderr: '' });
    // The last one that closes a database folds its log in: none of it is left behind.
    expect(existsSync(`${phone}-wal`)).toBe(false);
    expect(readCrashedFile(phone).changes.size).toBe(1);
    release();
    const ended = await under.run('device', 'sync', phone, '--server', under.server.url);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(Object.values((await under.server.user('ana')).effects)).toEqual([1]);
    expect((await under.digest(phone)).equal).toBe(true);
  },
);

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('serve ends at %s with %i once it has answered what it was asked, and keeps it', async (signal, code) => {
  const phone = await phoneWithSession();
  const sync = under.start('device', 'sync', phone, '--server', under.server.url);
  expect(await sync.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pushed 1 change, .*: synced\n$/) });
  // The server of these tests has the fault interface on, which it says and nothing else.
  const stderr = expect.stringMatching(/^FAULTS ARE ON .*\n$/);
  expect(await under.server.end(signal)).toMatchObject({ code, signal: null, stderr });
  expect(existsSync(`${under.server.file}-wal`)).toBe(false);
  await under.server.start();
  expect(await under.rowsAtServer()).toEqual(['s1']);
});

it('a second signal ends a command that does not end by itself', async () => {
  const phone = await phoneWithSession();
  line = await WatchedLine.start(under.server.url);
  const held = heldPush(line, 'arrived');
  const child: Child = under.start('device', 'watch', phone, '--server', line.url);
  await held;
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect((await child.ended).code).toBe(130);
});

it('run plays the smoke story against an embedded server and ends with 0', async () => {
  const smoke = new URL('../../scenarios/smoke.yaml', import.meta.url).pathname;
  const { code, stdout, stderr } = await under.run('run', smoke, '--on', 'embedded', '--json');
  expect([code, stderr]).toEqual([0, '']);
  for (const text of stdout.trim().split('\n')) expect(() => JSON.parse(text)).not.toThrow();
}, 60_000);
