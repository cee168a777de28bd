import { afterEach, describe, expect, it } from 'vitest';
import { openSim } from '../../src/sim/open-sim.ts';
import type { Condition, DeviceSetup, Stage, StageSetup } from '../../src/stage/stage.ts';
import { TraceHash } from '../../src/trace/hash.ts';
import type { TraceRecord } from '../../src/trace/record.ts';

const minute = 60_000;
let stage: Stage;
let trace: TraceRecord[] = [];
afterEach(() => stage.close());

function device(name: string, more: Partial<DeviceSetup> = {}): DeviceSetup {
  return { name, user: 'ana', clockMs: 0, online: true, sync: 'auto', limits: {}, ...more };
}

async function open(devices: readonly DeviceSetup[], more: Partial<StageSetup> = {}): Promise<Stage> {
  trace = [];
  stage = await openSim({
    seed: 'seed',
    devices,
    fixtures: new Map(),
    registry: 'guras',
    serverLimits: {},
    trace: (record) => trace.push(record),
    ...more,
  });
  return stage;
}

function engineOf(name: string) {
  const engine = stage.devices.get(name)?.engine();
  if (engine == null) throw new Error(`${name} is dead`);
  return engine;
}

const session = { startedAt: '2026-01-05T07:00:00Z', completedAt: '2026-01-05T07:10:00Z', durationSec: 600 };

function writeSession(name: string, notes: string, entityId = 's1') {
  return engineOf(name).write({
    action: 'create',
    entityType: 'meditation',
    entityId,
    data: { sessionId: entityId, ...session, notes },
  });
}

const synced: Condition = async () => {
  for (const [name, one] of stage.devices) {
    const status = await one.engine()?.status();
    if (status?.synced !== true) return { holds: false, because: `${name} is not synced` };
  }
  return { holds: true };
};

const never: Condition = () => ({ holds: false, because: 'it is a condition that never holds' });

async function story(seed: string, notes: string): Promise<string> {
  await open([device('phone'), device('tablet')], { seed });
  await writeSession('phone', notes);
  await stage.runUntil(synced, 5 * minute);
  await stage.runUntil(never, 2 * minute);
  const hash = new TraceHash();
  for (const record of trace) hash.add(record);
  await stage.close();
  return hash.text;
}

describe('a run', () => {
  it('brings what one device wrote to the other and to the server', async () => {
    await open([device('phone'), device('tablet')]);
    expect(await writeSession('phone', 'calm')).toMatchObject({ ok: true });
    expect(await stage.runUntil(synced, 5 * minute)).toEqual({ holds: true });
    await stage.runUntil(never, 2 * minute);
    const key = { entityType: 'meditation', entityId: 's1' };
    expect((await engineOf('tablet').get('meditation', 's1'))?.data).toMatchObject({ notes: 'calm' });
    expect((await stage.server.row('ana', key))?.data).toMatchObject({ notes: 'calm' });
    expect(await stage.server.verdicts('ana')).toEqual({ applied: 1, conflict: 0, rejected: 0 });
    expect((await engineOf('tablet').digest()).types).toEqual(await stage.server.digest('ana'));
  });

  it('is the same to the last record when played twice, and another one with another seed or value', async () => {
    const first = await story('a', 'calm');
    expect(await story('a', 'calm')).toBe(first);
    expect(await story('b', 'calm')).not.toBe(first);
    expect(await story('a', 'calM')).not.toBe(first);
  });

  it('of a world in which nothing is planned goes to the deadline at once', async () => {
    await open([device('phone', { sync: 'manual' })]);
    expect(await stage.runUntil(never, 365 * 24 * 60 * minute)).toMatchObject({ holds: false });
    expect(stage.clock.nowMs()).toBe(365 * 24 * 60 * minute);
  });

  it('lets no time pass when the condition holds already', async () => {
    await open([device('phone')]);
    await stage.runUntil(() => ({ holds: true }), minute);
    expect(stage.clock.nowMs()).toBe(0);
  });
});

describe('a device', () => {
  it('that is offline sends nothing, and sends all once it is online', async () => {
    await open([device('phone', { online: false })]);
    await writeSession('phone', 'calm');
    await stage.runUntil(never, 10 * minute);
    expect(trace.filter(({ kind }) => kind === 'arrived')).toEqual([]);
    expect(await stage.server.row('ana', { entityType: 'meditation', entityId: 's1' })).toBeNull();
    stage.devices.get('phone')?.setOnline(true);
    expect(await stage.runUntil(synced, 5 * minute)).toEqual({ holds: true });
    expect(stage.server.requests().push).toBe(1);
  });

  it('that was killed with a push on the wire hears of it in its next life only', async () => {
    await open([device('phone')]);
    await stage.runUntil(synced, minute);
    await writeSession('phone', 'calm');
    await stage.runUntil(() => arrived('push'), minute);
    const phone = stage.devices.get('phone');
    await phone?.kill();
    expect(phone?.engine()).toBeNull();
    await stage.runUntil(never, minute);
    expect(trace.filter(({ kind, data }) => kind === 'answer' && data.call === 'push')).toEqual([]);
    phone?.restart(0);
    expect(phone?.lives()).toBe(2);
    expect(await stage.runUntil(synced, 5 * minute)).toEqual({ holds: true });
    expect(await stage.server.verdicts('ana')).toEqual({ applied: 1, conflict: 0, rejected: 0 });
  });

  it('restarts when it is told to, on the data it had', async () => {
    await open([device('phone', { online: false })]);
    await writeSession('phone', 'calm');
    const phone = stage.devices.get('phone');
    await phone?.kill();
    phone?.restart(30_000);
    await stage.runUntil(never, 29_999);
    expect(phone?.engine()).toBeNull();
    await stage.runUntil(never, 1);
    expect(await engineOf('phone').queue()).toHaveLength(1);
  });

  it('settles its sync promises while time passes, and those of a killed life never', async () => {
    await open([device('phone', { sync: 'manual' })]);
    const ended: string[] = [];
    void engineOf('phone')
      .syncAll()
      .then(({ ok }) => ended.push(`sync ${ok}`));
    expect(ended).toEqual([]);
    await stage.runUntil(() => ({ holds: ended.length > 0, because: 'it is not done' }), minute);
    expect(ended).toEqual(['sync true']);
    void engineOf('phone')
      .syncAll()
      .then(() => ended.push('late'));
    await stage.devices.get('phone')?.kill();
    await stage.runUntil(never, 10 * minute);
    expect(ended).toEqual(['sync true']);
  });
});

describe('two increments on the wire at once', () => {
  it('both count when the later one took effect first and its answer was lost', async () => {
    await open([device('phone', { limits: { batchCount: 1 } })]);
    const phone = stage.devices.get('phone');
    const me = { entityType: 'meditationStats', entityId: 'me' };
    await engineOf('phone').write({ action: 'create', ...me, data: {} });
    expect(await stage.runUntil(synced, 5 * minute)).toEqual({ holds: true });
    phone?.arm({ fault: 'delay', delayMs: 500, leg: 'request' }, { call: 'push' });
    phone?.arm({ fault: 'lose-response', silent: true }, { call: 'push', skip: 1 });
    await engineOf('phone').write({ action: 'update', ...me, add: { totalSessions: 1 } });
    await engineOf('phone').write({ action: 'update', ...me, add: { totalSessions: 1 } });
    expect(await stage.runUntil(synced, 5 * minute)).toEqual({ holds: true });
    expect((await stage.server.row('ana', me))?.data.totalSessions).toBe(2);
    expect((await engineOf('phone').get('meditationStats', 'me'))?.data.totalSessions).toBe(2);
  });
});

describe('a batch that was committed and answered with 400', () => {
  it('holds nothing back once a pull has settled its items', async () => {
    await open([device('phone', { limits: { batchCount: 2 } })]);
    await stage.runUntil(synced, minute);
    const phone = stage.devices.get('phone');
    const refusal = { fault: 'status', status: 400, code: null, retryAfterMs: null, dated: false } as const;
    phone?.setOnline(false);
    for (const id of ['s1', 's2', 's3', 's4']) await writeSession('phone', 'calm', id);
    // The other batch is answered first, so a pull comes before the halves of this one.
    phone?.arm({ fault: 'delay', delayMs: 500, leg: 'response' }, { call: 'push' });
    phone?.arm({ ...refusal, headers: {}, body: '', leg: 'response' }, { call: 'push' });
    phone?.setOnline(true);
    await stage.runUntil(never, 10_000);
    await writeSession('phone', 'calm', 's5');
    expect(await stage.runUntil(synced, 5 * minute)).toEqual({ holds: true });
    expect(await stage.server.rows('ana', 'meditation')).toHaveLength(5);
  });
});

describe('the server', () => {
  it('can be stopped and started on the same store', async () => {
    await open([device('phone')]);
    await stage.server.stop();
    await writeSession('phone', 'calm');
    await stage.runUntil(never, 2 * minute);
    expect(stage.server.requests().push).toBe(0);
    stage.server.start(10_000);
    expect(await stage.runUntil(synced, 10 * minute)).toEqual({ holds: true });
  });

  it('takes writes of the story beside the devices', async () => {
    await open([device('phone')]);
    const created = {
      action: 'create',
      entityType: 'meditation',
      entityId: 's9',
      data: { sessionId: 's9', ...session },
    };
    expect(await stage.server.write('ana', created as never)).toMatchObject({ ok: true });
    await stage.runUntil(never, 2 * minute);
    expect(await engineOf('phone').get('meditation', 's9')).not.toBeNull();
    const update = { action: 'update', entityType: 'meditation', entityId: 's9', set: { rating: 4 } } as const;
    expect(await stage.server.write('ana', update)).toMatchObject({ ok: true });
    const bad = { action: 'update', entityType: 'meditation', entityId: 's9', set: { rating: 7 } } as const;
    expect(await stage.server.write('ana', bad)).toMatchObject({ ok: false });
    const gone = { action: 'delete', entityType: 'meditation', entityId: 's9' } as const;
    expect(await stage.server.write('ana', gone)).toMatchObject({ ok: true });
    expect(await stage.server.row('ana', { entityType: 'meditation', entityId: 's9' })).toBeNull();
    await stage.runUntil(never, 2 * minute);
    expect(await engineOf('phone').get('meditation', 's9')).toBeNull();
  });

  it('may start a new epoch: also a device that never wrote pulls everything anew, once', async () => {
    await open([device('phone')]);
    await stage.runUntil(synced, minute);
    const before = stage.server.requests().pull;
    await stage.server.raiseEpoch();
    await stage.runUntil(never, 2 * minute);
    expect(await stage.runUntil(synced, minute)).toEqual({ holds: true });
    expect(stage.server.requests().pull - before).toBeLessThan(6);
  });

  it('starts with the rows of the fixtures', async () => {
    const fixtures = new Map([
      ['ana', [{ part: 'user', entityType: 'meditation', entityId: 's1', data: { sessionId: 's1', ...session } }]],
    ] as const);
    await open([device('phone')], { fixtures });
    await stage.runUntil(synced, minute);
    expect(await engineOf('phone').get('meditation', 's1')).not.toBeNull();
    expect(await stage.server.rows('ana', 'meditation')).toHaveLength(1);
    expect(await stage.server.rows('ben', 'meditation')).toHaveLength(0);
  });
});

describe('the clocks', () => {
  it('all move in a jump, and timers that fell due fire after it', async () => {
    await open([device('phone')]);
    await stage.runUntil(synced, minute);
    const before = stage.server.requests().pull;
    await stage.clock.jump(24 * 60 * minute);
    expect(stage.server.requests().pull).toBe(before);
    await stage.runUntil(never, 1_000);
    expect(stage.server.requests().pull).toBeGreaterThan(before);
  });

  it('of one device may stand apart without harm', async () => {
    await open([device('phone', { clockMs: -3 * 60 * minute }), device('tablet', { clockMs: 2 * 24 * 60 * minute })]);
    await writeSession('phone', 'calm');
    expect(await stage.runUntil(synced, 5 * minute)).toEqual({ holds: true });
    expect((await engineOf('phone').status()).clockOffsetMs).toBeLessThan(-170 * minute);
  });
});

function arrived(call: string) {
  const holds = trace.some(({ kind, data }) => kind === 'arrived' && data.call === call);
  return holds ? ({ holds } as const) : ({ holds, because: 'nothing arrived' } as const);
}
