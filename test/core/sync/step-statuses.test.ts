import { describe, expect, it } from 'vitest';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { pushing, rowsOf, states } from './pushing.ts';

/** Refuses whatever holds the bad row and applies the rest, until nothing is on the wire. Gives the batches seen. */
function refuseWhole(device: CoreDevice, bad: string, status: number): readonly (readonly string[])[] {
  const seen: (readonly string[])[] = [];
  while (device.calls.length > 0 && seen.length < 50) {
    const call = device.calls[0];
    if (call?.name === 'pull') {
      device.answerPull();
      continue;
    }
    const changes = device.oldestChanges;
    seen.push(changes.map(({ entityId }) => entityId));
    if (changes.some(({ entityId }) => entityId === bad)) device.refuse(status, 'invalid_request');
    else device.answerPush(results(changes, 'applied', { version: seen.length + 10 }));
  }
  return seen;
}

describe('a batch refused as a whole with 400, 403 or 422', () => {
  it.each([400, 403, 422])('%i is halved until the bad item stands alone, which is parked', (status) => {
    const device = pushing(5);
    const seen = refuseWhole(device, 'r3', status);
    expect(seen[0]).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect(seen.slice(1).every((ids) => ids.length < 5)).toBe(true);
    expect(seen.filter((ids) => ids.includes('r3')).at(-1)).toEqual(['r3']);
    expect(states(device)).toEqual({ r3: 'parked' });
    expect(device.queue[0]?.error?.problem.code).toBe('invalid_request');
  });

  it('parks nothing when no other item got a verdict and the problem names none, and says so in the status', () => {
    const device = pushing(2);
    device.refuse(400, 'invalid_request', { problem: { detail: 'no' } });
    while (device.calls.length > 0) device.refuse(400, 'invalid_request', { problem: { detail: 'no' } });
    expect(states(device)).toEqual({ r0: 'unsettled', r1: 'unsettled' });
    expect(device.status.phase).toBe('backing-off');
    expect(device.status.waitingFor).toContain('400');
    expect(device.queue.map(({ retryCount }) => retryCount)).toEqual([0, 0]);
  });

  it('parks an item that the problem names, without any other verdict', () => {
    const device = pushing(1);
    const [only] = device.pushed;
    device.refuse(422, 'invalid_change', { problem: { changeId: only?.id as string } });
    expect(states(device)).toEqual({ r0: 'parked' });
  });

  it('never splits a group: it is parked as one', () => {
    const device = new CoreDevice().begin();
    device.edit(
      { action: 'create', entityType: 'latest', entityId: 'g1', data: { value: 'a' } },
      { action: 'create', entityType: 'latest', entityId: 'g2', data: { value: 'b' } },
    );
    device.create('latest', 'r0', { value: 'c' });
    device.request('push');
    const seen = refuseWhole(device, 'g1', 400);
    expect(seen.every((ids) => ids.includes('g1') === ids.includes('g2'))).toBe(true);
    expect(states(device)).toEqual({ g1: 'parked', g2: 'parked' });
  });
});

describe('413', () => {
  it('halves, remembers the limit, and parks what is too large by itself', () => {
    const device = pushing(4);
    device.refuse(413, 'body_too_large', { problem: { limit: 300 } });
    const first = device.oldestChanges;
    expect(first.length).toBeLessThan(4);
    expect(device.state.bytesLearned).toBeLessThanOrEqual(300);
    for (let left = 20; device.calls.length > 0 && left > 0; left -= 1) {
      const changes = device.oldestChanges;
      if (changes.length > 1 || changes[0]?.entityId === 'r1')
        device.refuse(413, 'body_too_large', { problem: { limit: 300 } });
      else device.answerPush(results(changes, 'applied', { version: 5 }));
    }
    expect(states(device)).toEqual({ r1: 'parked' });
  });

  it('keeps later batches below what it has learned', () => {
    const device = pushing(4);
    device.refuse(413, 'body_too_large');
    while (device.calls.length > 0) device.answerPush(results(device.oldestChanges, 'applied', { version: 5 }));
    const learned = device.state.bytesLearned ?? 0;
    expect(learned).toBeGreaterThan(0);
    for (let at = 0; at < 4; at += 1) device.create('latest', `later${at}`, { value: `v${at}` });
    device.request('push');
    for (const call of device.calls) {
      const { changes } = call.body as { changes: unknown[] };
      const bytes = changes.reduce<number>((sum, change) => sum + JSON.stringify(change).length + 1, 0);
      expect(changes.length === 1 || bytes <= learned).toBe(true);
    }
  });
});

describe('401', () => {
  it('keeps the queue, charges nothing, takes local writes, and goes on after signing in', () => {
    const device = pushing(1, { automatic: true });
    while (device.calls[0]?.name === 'pull') device.answerPull();
    device.end({ kind: 'unauthenticated', detail: 'expired' });
    expect(device.status.phase).toBe('needs-auth');
    expect(device.queue).toMatchObject([{ state: 'unsettled', retryCount: 0, error: { kind: 'authentication' } }]);
    expect(device.create('latest', 'more', { value: 'x' })).toMatchObject({ ok: true });
    expect(device.calls).toEqual([]);
    device.on({ kind: 'signed-in', userId: null });
    device.afterBackoff();
    device.answerPull();
    expect(rowsOf(device)).toEqual(['r0', 'more']);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['404', 404, 'not_found'],
    ['405', 405, 'method_not_allowed'],
  ])('%s settles nothing and moves no cursor', (_name, status, code) => {
    const device = pushing(1);
    device.refuse(status, code);
    expect(device.queue).toMatchObject([{ state: 'unsettled', retryCount: 0 }]);
    device.afterBackoff();
    expect(rowsOf(device)).toEqual(['r0']);
  });

  it.each(['malformed', 'timeout', 'reset', 'unreachable'] as const)('%s is a failure of the transport', (reason) => {
    const device = pushing(1);
    device.lose(reason);
    expect(device.queue).toMatchObject([{ state: 'unsettled', retryCount: 0, error: { kind: 'network' } }]);
    expect(device.meta('server').cursor).toBeNull();
  });

  it.each([
    ['no object', 'accepted'],
    ['null', null],
    ['no results', { epoch: 'epoch-1', serverTime: 1 }],
    ['an unknown status', { epoch: 'epoch-1', serverTime: 1, results: [{ id: 'x', status: 'maybe' }] }],
  ])('200 with %s settles nothing', (_name, body) => {
    const device = pushing(1);
    device.end({ kind: 'answer', body, bytes: 1 });
    expect(device.queue).toMatchObject([{ state: 'unsettled' }]);
    expect(device.status.phase).toBe('backing-off');
  });

  it('a page that does not come in time is asked for in quarters, and pages that come grow again', () => {
    const device = new CoreDevice({ limits: { pageRows: 100 } }).begin();
    device.request('pull');
    const asked = [device.pulled.limit];
    for (const reason of ['timeout', 'timeout', 'reset', 'timeout', 'timeout'] as const) {
      device.lose(reason);
      device.request('pull', `after ${reason}`);
      if (device.calls.length === 0) device.afterBackoff();
      asked.push(device.pulled.limit);
    }
    expect(asked).toEqual([100, 25, 6, 6, 1, 1]);
    const grown: unknown[] = [];
    for (let page = 0; page < 8; page += 1) {
      device.answerPull({ hasMore: true, cursor: `c${page}` });
      grown.push(device.pulled.limit);
    }
    expect(grown).toEqual([2, 4, 8, 16, 32, 64, 100, 100]);
  });

  it('verdicts for unknown ids settle nothing, and absence leaves an item unsettled', () => {
    const device = pushing(2);
    const [first] = device.pushed;
    device.answerPush([
      { id: 'nobody', status: 'applied', version: 3 },
      { id: first?.id as string, status: 'applied', version: 4 },
    ]);
    expect(states(device)).toEqual({ r1: expect.stringMatching(/unsettled|inFlight/) });
    expect(device.queue[0]?.verdict).toBeNull();
  });

  it('a page of a pull with a wrong shape moves neither rows nor cursor', () => {
    const device = new CoreDevice().begin();
    device.request('pull');
    device.answerPull({ changes: [row('latest/a', 1, { value: 'x' }), { entityType: 'latest' }] });
    expect(device.shown('latest', 'a')).toBeNull();
    expect(device.meta('server').cursor).toBeNull();
  });
});

describe('409', () => {
  it('in progress: the same ids are asked again after a wait', () => {
    const device = pushing(2);
    const ids = device.pushed.map(({ id }) => id);
    device.refuse(409, 'in_progress');
    expect(device.calls).toEqual([]);
    expect(device.queue.map(({ retryCount }) => retryCount)).toEqual([0, 0]);
    device.afterBackoff();
    expect(device.pushed.map(({ id }) => id)).toEqual(ids);
  });

  it('device_forked: a new device id, the same changes, nothing asked for through a pull', () => {
    const device = pushing(2);
    const before = device.pushed;
    device.refuse(409, 'device_forked');
    expect(device.meta('device')).toMatchObject({ forked: true, registered: false });
    expect(device.meta('device').deviceId).not.toBe('phone');
    expect(device.call.deviceId).toBe(device.meta('device').deviceId);
    expect(device.pushed).toEqual(before);
    device.lose();
    device.request('pull');
    device.afterBackoff();
    for (const call of device.calls) expect(call.body).not.toHaveProperty('unsettled');
  });
});

describe('410', () => {
  it.each(['epoch_changed', 'cursor_expired'])('%s pulls everything anew and keeps the queue', (code) => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    device.update('latest', 'a', { value: 'mine' });
    device.request('all');
    device.refuse(410, code);
    expect(device.status.phase).toBe('resyncing');
    expect(device.pulled.cursor).toBeNull();
    expect(device.queue).toHaveLength(1);
    expect(device.shown('latest', 'a')).toEqual({ value: 'mine' });
  });

  it('epoch_changed: nothing is pushed before everything was pulled', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    device.update('latest', 'a', { value: 'mine' });
    device.request('push');
    device.refuse(410, 'epoch_changed');
    expect(device.calls.map(({ name }) => name)).toEqual(['pull']);
    device.answerPull({ epoch: 'epoch-2', hasMore: true, changes: [row('latest/a', 1, { value: 'x' })] });
    expect(device.calls.map(({ name }) => name)).toEqual(['pull']);
    device.answerPull({ epoch: 'epoch-2' });
    expect((device.call.body as { epoch: string }).epoch).toBe('epoch-2');
    expect(device.pushed).toMatchObject([{ entityId: 'a', data: { value: 'mine' } }]);
  });

  it('an answer under another epoch means the same: nothing of it is taken', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    device.request('pull');
    device.answerPull({ epoch: 'epoch-2', cursor: 'c2', changes: [row('latest/a', 9, { value: 'other' })] });
    expect(device.shown('latest', 'a')).toEqual({ value: 'x' });
    expect(device.meta('server')).toMatchObject({ cursor: null, resync: { reason: 'epoch_changed' } });
  });

  it('user_erased wipes everything, and offers nothing again', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    device.update('latest', 'a', { value: 'mine' });
    device.request('push');
    device.refuse(410, 'user_erased');
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'a')).toBeNull();
    expect(device.log).toEqual([]);
    expect(device.status.phase).toBe('erased');
    device.request('all');
    expect(device.calls).toEqual([]);
  });
});

describe('426', () => {
  it('keeps the queue and sends nothing until a person, a probe or the app coming to the front asks', () => {
    const device = pushing(1);
    device.refuse(426, 'update_required');
    expect(device.status.phase).toBe('update-required');
    expect(device.queue).toMatchObject([{ state: 'unsettled', retryCount: 0 }]);
    expect(device.calls).toEqual([]);
    device.request('push');
    expect(rowsOf(device)).toEqual(['r0']);
  });
});
