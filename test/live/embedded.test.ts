import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openEmbedded } from '../../src/live/open-embedded.ts';
import type { Condition, DeviceSetup, Stage } from '../../src/stage/stage.ts';
import type { TraceRecord } from '../../src/trace/record.ts';

const minute = 60_000;
const session = { startedAt: '2026-01-05T07:00:00Z', completedAt: '2026-01-05T07:10:00Z', durationSec: 600 };
const stages: Stage[] = [];
let trace: TraceRecord[] = [];

afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()));
});

function device(name: string, more: Partial<DeviceSetup> = {}): DeviceSetup {
  return { name, user: 'ana', clockMs: 0, online: true, sync: 'auto', limits: {}, ...more };
}

async function open(devices: readonly DeviceSetup[], store: 'sqlite' | 'memory' = 'sqlite'): Promise<Stage> {
  trace = [];
  const stage = await openEmbedded({ store })({
    seed: 'seed',
    devices,
    fixtures: new Map(),
    registry: 'guras',
    serverLimits: {},
    trace: (record) => trace.push(record),
  });
  stages.push(stage);
  return stage;
}

function engineOf(stage: Stage, name: string) {
  const engine = stage.devices.get(name)?.engine();
  if (engine == null) throw new Error(`${name} is dead`);
  return engine;
}

function writeSession(stage: Stage, notes: string, entityId = 's1') {
  const data = { sessionId: entityId, ...session, notes };
  return engineOf(stage, 'phone').write({ action: 'create', entityType: 'meditation', entityId, data });
}

function allSynced(stage: Stage): Condition {
  return async () => {
    for (const [name, one] of stage.devices) {
      const status = await one.engine()?.status();
      if (status?.synced !== true) return { holds: false, because: `${name} is not synced` };
    }
    return { holds: true };
  };
}

function has(stage: Stage, name: string, entityId: string): Condition {
  return async () => {
    const row = await stage.devices.get(name)?.engine()?.get('meditation', entityId);
    return row == null ? { holds: false, because: `${name} has no ${entityId}` } : { holds: true };
  };
}

it('two devices on files converge through the server process over HTTP', async () => {
  const stage = await open([device('phone'), device('tablet')]);
  await writeSession(stage, 'calm');
  expect(await stage.runUntil(has(stage, 'tablet', 's1'), 5 * minute)).toEqual({ holds: true });
  expect(await stage.runUntil(allSynced(stage), 5 * minute)).toEqual({ holds: true });
  expect((await engineOf(stage, 'tablet').digest()).types).toEqual(await stage.server.digest('ana'));
  expect(await stage.server.verdicts('ana')).toEqual({ applied: 1, conflict: 0, rejected: 0 });
  expect(trace.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['call', 'arrived', 'verdict', 'server-commit']),
  );
});

it('two stages at once see nothing of each other', async () => {
  const [one, other] = [await open([device('phone')]), await open([device('phone')])];
  await writeSession(one, 'calm');
  expect(await one.runUntil(allSynced(one), 5 * minute)).toEqual({ holds: true });
  expect(await other.runUntil(allSynced(other), 5 * minute)).toEqual({ holds: true });
  expect(await one.server.rows('ana', 'meditation')).toHaveLength(1);
  expect(await other.server.rows('ana', 'meditation')).toHaveLength(0);
});

it('a killed device goes on from its file', async () => {
  const stage = await open([device('phone', { online: false })]);
  const phone = stage.devices.get('phone');
  await writeSession(stage, 'calm');
  await phone?.kill();
  expect(phone?.engine()).toBeNull();
  phone?.setOnline(true);
  phone?.restart(0);
  expect(await stage.runUntil(allSynced(stage), 5 * minute)).toEqual({ holds: true });
  expect(await stage.server.verdicts('ana')).toEqual({ applied: 1, conflict: 0, rejected: 0 });
});

it('a lost answer is asked for again, and the change takes effect once', async () => {
  const stage = await open([device('phone')]);
  await stage.runUntil(allSynced(stage), 5 * minute);
  stage.devices.get('phone')?.arm({ fault: 'lose-response', silent: false }, { call: 'push' });
  const written = await writeSession(stage, 'calm');
  expect(await stage.runUntil(allSynced(stage), 5 * minute)).toEqual({ holds: true });
  const changeId = written.ok ? (written.changeIds[0] ?? '') : '';
  expect(await stage.server.effects('ana', [changeId])).toEqual(new Map([[changeId, 1]]));
});

it('a jump moves the clocks of devices and server alike', async () => {
  const stage = await open([device('phone')]);
  await stage.runUntil(allSynced(stage), 5 * minute);
  await stage.clock.jump(24 * 60 * minute);
  await writeSession(stage, 'a day later');
  expect(await stage.runUntil(allSynced(stage), 5 * minute)).toEqual({ holds: true });
  const status = await engineOf(stage, 'phone').status();
  expect(Math.abs(status.clockOffsetMs ?? Number.NaN)).toBeLessThan(minute);
  expect(stage.clock.nowMs()).toBeGreaterThan(24 * 60 * minute);
});

it('a stopped server refuses, and answers again on the same store', async () => {
  const stage = await open([device('phone')]);
  await writeSession(stage, 'calm', 's1');
  await stage.runUntil(allSynced(stage), 5 * minute);
  await stage.server.stop();
  await writeSession(stage, 'calm', 's2');
  expect(await stage.runUntil(allSynced(stage), minute)).toMatchObject({ holds: false });
  stage.server.start(0);
  expect(await stage.runUntil(allSynced(stage), 15 * minute)).toEqual({ holds: true });
  expect(await stage.server.rows('ana', 'meditation')).toHaveLength(2);
});

it('a refused token is renewed', async () => {
  const stage = await open([device('phone')]);
  await stage.runUntil(allSynced(stage), 5 * minute);
  const refusal = { fault: 'status', status: 401, code: null, retryAfterMs: null, dated: false } as const;
  stage.devices.get('phone')?.arm({ ...refusal, headers: {}, body: '', leg: 'request' }, {});
  await writeSession(stage, 'calm');
  expect(await stage.runUntil(allSynced(stage), 5 * minute)).toEqual({ holds: true });
});

it('a closed stage leaves no folder behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guras-test-'));
  vi.stubEnv('TMPDIR', folder);
  const stage = await open([device('phone')]);
  expect(readdirSync(folder)).toHaveLength(1);
  await stage.close();
  await stage.close();
  expect(readdirSync(folder)).toEqual([]);
  rmdirSync(folder);
});

it.each(['sqlite', 'memory'] as const)(
  'a server restored from its backup goes on under a new epoch: %s',
  async (store) => {
    const stage = await open([device('phone')], store);
    expect(await stage.server.restore()).toBe(false);
    await stage.server.backup();
    await writeSession(stage, 'calm');
    expect(await stage.runUntil(allSynced(stage), 5 * minute)).toEqual({ holds: true });
    stage.devices.get('phone')?.setOnline(false);
    expect(await stage.server.restore()).toBe(true);
    expect(await stage.server.rows('ana', 'meditation')).toEqual([]);
    stage.devices.get('phone')?.setOnline(true);
    const back: Condition = async () => {
      const { length } = await stage.server.rows('ana', 'meditation');
      return length === 1 ? { holds: true } : { holds: false, because: 'the server has not got the session back' };
    };
    expect(await stage.runUntil(back, 5 * minute)).toEqual({ holds: true });
  },
);
