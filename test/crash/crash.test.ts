import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { keyedRandom } from '../../src/lib/keyed-random.ts';
import { type BuiltTool, buildTool } from '../process/built-tool.ts';
import { endChildren, ran } from '../process/child.ts';
import { Served } from '../process/served.ts';
import { WatchedLine } from '../process/watched-line.ts';
import { DeviceUnderFire } from './device-under-fire.ts';
import { Ledger } from './ledger.ts';
import { drawLife } from './moment.ts';
import { ServerUnderFire } from './server-under-fire.ts';
import { Tally } from './tally.ts';

const isFull = process.env.GURAS_CRASH === 'full';
const kills = isFull ? { device: 200, server: 50 } : { device: 10, server: 3 };
const seed = process.env.GURAS_CRASH_SEED ?? String(Math.floor(Math.random() * 1_000_000));
const names = ['phone', 'tablet'] as const;
/** Longest wait between a push that reaches the server and its kill, ms. */
const serverKillMsMax = 8;

let tool: BuiltTool;
let line: WatchedLine | null = null;

beforeAll(async () => {
  tool = await buildTool({ writer: fileURLToPath(new URL('./writer.ts', import.meta.url)) });
}, 120_000);
afterEach(async () => {
  await endChildren();
  await line?.close();
  line = null;
});
afterAll(() => tool.remove());

async function guras(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ran([tool.command, ...args]);
  expect([args.slice(0, 2), code, stderr]).toEqual([args.slice(0, 2), 0, '']);
  return stdout;
}

it(
  `${kills.device} kills of devices and ${kills.server} of the server lose no answered write and double none`,
  async () => {
    const startedAt = performance.now();
    const served = new Served(tool, join(tool.folder, 'server.db'));
    await served.start();
    line = await WatchedLine.start(served.url);
    const [ledger, tally] = [new Ledger(), new Tally()];
    await seedTotals(served);
    const before = await served.user('ana');
    const server = new ServerUnderFire({ served, line, tally });
    const parts = { tool, line, ledger, tally, seed };
    await Promise.all(
      names.map(async (name) => {
        const file = join(tool.folder, `${name}.db`);
        await guras('device', 'init', file, '--user', 'ana', '--device-id', name);
        await guras('device', 'sync', file, '--server', parts.line.url);
        await torment(new DeviceUnderFire({ ...parts, name, file }), { name, server, tally });
      }),
    );
    const told = [...tally.lines(), `${ledger.answered} answered writes, seed ${seed}`];
    await syncAll(line.url);
    const problems = ledger.settled({ before, after: await served.user('ana') });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stdout.write(`\n${[...told, `${seconds} s, ${problems.length} problems`].join('\n')}\n`);
    expect(problems, `seed ${seed}`).toEqual([]);
    expect(tally.count('device')).toBeGreaterThanOrEqual(kills.device);
    expect(tally.count('server')).toBeGreaterThanOrEqual(kills.server);
    const all = tally.count('device') + tally.count('server');
    expect(tally.hits() / all, 'share of kills that hit a device or the server at work').toBeGreaterThanOrEqual(0.5);
    for (const name of names) expect(await compared(name, line.url)).toBe(true);
  },
  isFull ? 30 * 60_000 : 120_000,
);

/** The row of counters that both devices add to. */
async function seedTotals({ url }: Served): Promise<void> {
  const totals = { entityType: 'meditationStats', entityId: 'me', data: {} };
  const body = JSON.stringify({ seed: { users: { ana: [totals] } } });
  const answer = await fetch(`${url}/fault`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(answer.status).toBe(200);
}

interface Torment {
  readonly name: string;
  readonly server: ServerUnderFire;
  readonly tally: Tally;
}

/** Lives and kills of one device until both devices and the server have been killed often enough. */
async function torment(device: DeviceUnderFire, { name, server, tally }: Torment): Promise<void> {
  const random = keyedRandom(`${seed}/${name}`);
  for (let n = 1; tally.count('device') < kills.device || tally.count('server') < kills.server; n += 1) {
    const drawn = drawLife(random, n, device.usualMs);
    const isServerDue = tally.count('server') * kills.device <= tally.count('device') * kills.server;
    const isServerKilled = isServerDue && tally.count('server') < kills.server;
    // Only a life that writes is sure to push.
    const life = isServerKilled ? { ...drawn, work: 'writer' as const } : drawn;
    const afterMs = random.below(serverKillMsMax + 1, 'server', n);
    await device.live(life, async (ended) => {
      if (isServerKilled) await server.killAtPush(name, { afterMs, over: ended });
    });
  }
}

/** Everything that waits is sent, and every device has what the others sent. */
async function syncAll(url: string): Promise<void> {
  for (const name of [...names, ...names]) {
    await guras('device', 'sync', join(tool.folder, `${name}.db`), '--server', url);
  }
  for (const name of names) {
    const status = JSON.parse(await guras('device', 'status', join(tool.folder, `${name}.db`), '--json'));
    expect([status.synced, status.conflicts, status.quarantined]).toEqual([true, 0, 0]);
  }
}

async function compared(name: string, url: string): Promise<boolean> {
  const file = join(tool.folder, `${name}.db`);
  return JSON.parse(await guras('device', 'digest', file, '--compare', '--server', url, '--json')).equal;
}
