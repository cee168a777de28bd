import { expect, it } from 'vitest';
import { until } from '../process/child.ts';
import { session, ToolUnderTest } from './tool.ts';

const under = new ToolUnderTest();
/** A foreign edit is looked for every half second, and is then one push away, ms. */
const sentWithinMs = 1_200;

async function expectEqual(files: readonly string[]): Promise<void> {
  const digests = await Promise.all(files.map((file) => under.digest(file)));
  expect(digests.map(({ equal }) => equal)).toEqual(files.map(() => true));
  for (const { types } of digests) expect(types).toEqual(digests[0]?.types);
}

async function bothEqual(files: readonly string[], rows: number): Promise<boolean> {
  if ((await under.rowsAtServer()).length !== rows) return false;
  const [one, other] = await Promise.all(files.map((file) => under.digest(file)));
  return one?.equal === true && other?.equal === true && JSON.stringify(one.types) === JSON.stringify(other.types);
}

it('two devices that sync by command hold the same as each other and as the server', async () => {
  const [phone, tablet] = [await under.device('phone'), await under.device('tablet')];
  const at = ['--server', under.server.url];
  await under.must('device', 'create', phone, 'meditation', 's1', ...session);
  await under.must('device', 'create', tablet, 'preferences', 'me', '--set', 'theme=dark');
  for (const file of [phone, tablet, phone]) await under.must('device', 'sync', file, ...at);
  await under.must('device', 'update', tablet, 'meditation', 's1', '--set', 'rating=5');
  await under.must('device', 'update', phone, 'meditation', 's1', '--set', 'notes=calm');
  for (const file of [phone, tablet, phone]) await under.must('device', 'sync', file, ...at);
  await expectEqual([phone, tablet]);
  const row = JSON.parse(await under.must('device', 'get', tablet, 'meditation', 's1', '--json'));
  expect(row).toMatchObject({ syncStatus: 'synced', data: { rating: 5, notes: 'calm' } });
}, 60_000);

it('two watching devices converge with nobody doing anything, also over a restart of the server', async () => {
  const [phone, tablet] = [await under.device('phone'), await under.device('tablet')];
  const at = ['--server', under.server.url, '--poll', '300ms'];
  const watching = [phone, tablet].map((file) => under.start('device', 'watch', file, ...at));
  await Promise.all(watching.map((child) => child.shows(/synced: /)));
  await under.here('device', 'create', phone, 'meditation', 's1', ...session);
  await under.here('device', 'create', tablet, 'meditation', 's2', ...session);
  await until('both devices and the server are equal', () => bothEqual([phone, tablet], 2));
  await under.server.end('SIGKILL');
  await under.here('device', 'create', phone, 'meditation', 's3', ...session);
  await under.server.start();
  await until('they are equal again', () => bothEqual([phone, tablet], 3), 40_000);
  const ended = await Promise.all(watching.map((child) => child.end('SIGINT')));
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
    [130, ''],
    [130, ''],
  ]);
  await expectEqual([phone, tablet]);
}, 120_000);

it('what another command creates beside a watching device is on the server within about a second', async () => {
  const phone = await under.device('phone');
  const watch = under.start('device', 'watch', phone, '--server', under.server.url);
  await watch.shows(/synced: /);
  const took: number[] = [];
  for (const id of ['s1', 's2', 's3']) {
    await under.here('device', 'create', phone, 'meditation', id, ...session);
    const createdAt = performance.now();
    await until(`${id} is on the server`, async () => (await under.rowsAtServer()).includes(id));
    took.push(performance.now() - createdAt);
  }
  // A busy machine may delay one of them, not all.
  expect(Math.min(...took)).toBeLessThan(sentWithinMs);
}, 60_000);

it('a second watch says who holds the device, and takes over when that one ends', async () => {
  const phone = await under.device('phone');
  const at = ['--server', under.server.url];
  const first = under.start('device', 'watch', phone, ...at);
  await first.shows(/synced: /);
  const refused = await under.run('device', 'watch', phone, '--no-wait', ...at);
  expect([refused.code, refused.stderr]).toEqual([
    4,
    expect.stringMatching(/is kept in sync by device watch, pid \d+/),
  ]);
  const second = under.start('device', 'watch', phone, ...at);
  const [, pid] = await second.shows(/is kept in sync by device watch, pid (\d+) on \S+; this process takes over/);
  expect(Number(pid)).toBe(first.pid);
  expect((await first.end('SIGTERM')).code).toBe(143);
  await under.here('device', 'create', phone, 'meditation', 's1', ...session);
  await until('the second one sends it', async () => (await under.rowsAtServer()).length === 1, 30_000);
}, 60_000);
