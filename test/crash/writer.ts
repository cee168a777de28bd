// A process that edits a device as fast as the command line can't: one process, many answered writes, while the engine
// syncs beside it. Storage, engine and transport are put together as src/cli/device-session.ts does, `synchronous=FULL`.
// It says every write before the call and after the answer, and lives until it is killed or its parent is gone.
import { writeSync } from 'node:fs';
import { nodeClock } from '../../src/adapters/node/clock.ts';
import { nodeRandom } from '../../src/adapters/node/random.ts';
import { openSqliteStorage } from '../../src/adapters/node/storage-sqlite.ts';
import { httpTransport } from '../../src/adapters/node/transport-http.ts';
import { manualConnectivity } from '../../src/adapters/portable/connectivity-manual.ts';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import { holderName, isHolderGone } from '../../src/cli/lease-holder.ts';
import { defaultLimits } from '../../src/core/limits.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import type { Device, Edit } from '../../src/engine/device.ts';
import { openDevice } from '../../src/engine/open-device.ts';
import { keyedRandom } from '../../src/lib/keyed-random.ts';
import { type Begun, slotBase, slots, type WriterJob, type WriterLine } from './writer-lines.ts';

const job = JSON.parse(process.argv[2] ?? '') as WriterJob;
const random = keyedRandom(job.seed);

/** A pipe takes the line at once: what was said before the kill is read after it. */
function say(line: WriterLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function main(): Promise<void> {
  const storage = openSqliteStorage({ path: job.file });
  const device = await openDevice({
    storage,
    transport: httpTransport({
      baseUrl: job.url,
      tokens: fixedToken('ana'),
      subject: 'ana',
      clock: nodeClock(),
      requestTimeoutMs: defaultLimits.requestTimeoutMs,
    }),
    clock: nodeClock(),
    random: nodeRandom(),
    connectivity: manualConnectivity(),
    registry: gurasRegistry,
    holder: holderName('writer'),
    isGone: isHolderGone,
    automatic: true,
  });
  device.start();
  const own = [...job.known];
  for (let n = 1; n <= job.writes; n += 1) {
    await write(device, begunAt(n, own));
    await pause(n);
  }
  say({ kind: 'idle' });
}

function begunAt(n: number, own: string[]): Begun {
  const token = `${job.life}-${n}`;
  const drawn = random.below(10, 'action', n);
  const base = { kind: 'begin', n, token, slot: random.below(slots, 'slot', n) } as const;
  if (drawn < 4) return { ...base, action: 'add', entityId: 'me' };
  const target = own[random.below(Math.max(own.length, 1), 'row', n)];
  if (drawn < 7 && target !== undefined) return { ...base, action: 'update', entityId: target };
  own.push(token);
  return { ...base, action: 'create', entityId: token };
}

function editOf({ action, entityId, token, slot }: Begun): Edit {
  if (action === 'add') {
    return { action: 'update', entityType: 'meditationStats', entityId, add: { totalMinutes: slotBase ** slot } };
  }
  if (action === 'update') return { action, entityType: 'meditation', entityId, set: { notes: token } };
  const times = { startedAt: '2026-03-01T06:30:00Z', completedAt: '2026-03-01T06:42:00Z', durationSec: 720 };
  return { action, entityType: 'meditation', entityId, data: { sessionId: 'calm7-1', ...times, notes: token } };
}

async function write(device: Device, begun: Begun): Promise<void> {
  say(begun);
  const outcome = await device.write(editOf(begun));
  const { n } = begun;
  say(
    outcome.ok ? { kind: 'done', n, changeIds: outcome.changeIds } : { kind: 'refused', n, problem: outcome.problem },
  );
}

/** Often no time at all, sometimes enough for a request: pushes meet few and many changes. */
function pause(n: number): Promise<void> {
  const drawn = random.below(100, 'pause', n);
  return new Promise((resolve) => {
    if (drawn < 60) setImmediate(resolve);
    else setTimeout(resolve, (drawn - 60) / 2);
  });
}

process.stdin.on('end', () => process.exit(0)).resume();
await main();
