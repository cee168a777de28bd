import { beforeEach, describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../src/ports/transport.ts';
import { OneLine } from './one-line.ts';

let line: OneLine;

beforeEach(() => {
  line = new OneLine();
});

describe('a call on a healthy line', () => {
  it('takes its way there and back, and is answered once', () => {
    line.push();
    expect(line.outcomes).toEqual([]);
    line.live(60_000);
    expect(line.outcomes).toHaveLength(1);
    const [atMs, outcome] = line.outcomes[0] as [number, CallOutcome];
    expect(outcome).toEqual({ kind: 'answer', body: { n: 1 }, bytes: 7 });
    expect(atMs).toBeGreaterThanOrEqual(30);
    expect(atMs).toBeLessThan(110);
  });

  it('takes exactly the latency that was set', () => {
    line.network.setLatency(200);
    line.push();
    line.live(1_000);
    expect(line.outcomes.map(([atMs]) => atMs)).toEqual([400]);
  });
});

describe('a call without a way', () => {
  it('fails as unreachable while the phone is offline, and the server sees nothing', () => {
    line.phone.online = false;
    line.push();
    line.live(60_000);
    expect(line.kinds()).toEqual(['unreachable']);
    expect(line.served).toEqual([]);
  });

  it('fails as unreachable while the server is stopped', () => {
    line.isRunning = false;
    line.push();
    line.live(60_000);
    expect(line.kinds()).toEqual(['unreachable']);
  });

  it('hangs under a partition until it times out', () => {
    line.board.partition(['phone']);
    line.push();
    line.live(29_999);
    expect(line.outcomes).toEqual([]);
    line.live(1);
    expect(line.kinds()).toEqual(['timeout']);
    expect(line.served).toEqual([]);
    line.board.heal();
    line.push('c2');
    line.live(1_000);
    expect(line.kinds()).toEqual(['timeout', 'answer']);
  });

  it('is reset when the line is cut while it is on the wire; its effect may have happened', () => {
    line.network.setLatency(100);
    line.push();
    line.live(150);
    line.network.setOnline('phone', false);
    line.live(60_000);
    expect(line.kinds()).toEqual(['reset']);
    expect(line.served).toHaveLength(1);
    expect(line.trace.filter(({ kind }) => kind === 'dropped')).toHaveLength(1);
  });

  it('tells an aborting caller so, in an event of its own', () => {
    const running = line.push();
    running.abort();
    expect(line.outcomes).toEqual([]);
    line.live(60_000);
    expect(line.kinds()).toEqual(['aborted']);
  });
});

describe('a killed device', () => {
  it('hears nothing of what was on the wire', () => {
    line.network.setLatency(100);
    line.push();
    line.live(150);
    line.phone.alive = false;
    line.network.forget('phone');
    line.live(60_000);
    expect(line.served).toHaveLength(1);
    expect(line.outcomes).toEqual([]);
    expect(line.trace.find(({ kind }) => kind === 'dropped')?.data).toEqual({
      callId: 'phone.1.c1',
      reason: 'earlier life',
    });
  });
});

describe('faults', () => {
  it('a lost request never reaches the server, a lost response does', () => {
    line.board.arm({ fault: 'lose-request', silent: false }, { device: 'phone' });
    line.push('c1');
    line.live(1_000);
    expect([line.served.length, line.kinds()]).toEqual([0, ['reset']]);
    line.board.arm({ fault: 'lose-response', silent: false }, { device: 'phone' });
    line.push('c2');
    line.live(1_000);
    expect([line.served.length, line.kinds()]).toEqual([1, ['reset', 'reset']]);
  });

  it('a silent loss is noticed by the timeout only', () => {
    line.board.arm({ fault: 'lose-response', silent: true }, { device: 'phone' });
    line.push();
    line.live(29_999);
    expect(line.kinds()).toEqual([]);
    line.live(1);
    expect(line.kinds()).toEqual(['timeout']);
  });

  it('a duplicate is line.served twice and answered once', () => {
    line.board.arm({ fault: 'duplicate', afterMs: 5_000 }, {});
    line.push();
    line.live(1_000);
    expect([line.served.length, line.kinds()]).toEqual([1, ['answer']]);
    line.live(10_000);
    expect([line.served.length, line.kinds()]).toEqual([2, ['answer']]);
  });

  it('a held message goes on when its name is released, once', () => {
    line.board.arm({ fault: 'hold', name: 'gate', leg: 'request' }, {});
    line.push();
    line.live(10_000);
    expect([line.served.length, line.kinds()]).toEqual([0, []]);
    expect(line.network.release('other')).toBe(false);
    expect(line.network.release('gate')).toBe(true);
    expect(line.network.release('gate')).toBe(false);
    line.live(1_000);
    expect([line.served.length, line.kinds()]).toEqual([1, ['answer']]);
  });

  it('a refused token is renewed once for the call; a second refusal is final', () => {
    const refusal = {
      fault: 'status',
      status: 401,
      code: null,
      retryAfterMs: null,
      dated: false,
      headers: {},
      body: '',
      leg: 'request',
    } as const;
    line.board.arm(refusal, {});
    line.push();
    line.live(1_000);
    expect([line.served.length, line.kinds()]).toEqual([1, ['answer']]);
    line.board.arm(refusal, { times: 2 });
    line.push('c2');
    line.live(1_000);
    expect([line.served.length, line.kinds()]).toEqual([1, ['answer', 'unauthenticated']]);
  });

  it('a truncated answer is malformed', () => {
    line.board.arm({ fault: 'truncate', keepPercent: 50, gzip: false }, {});
    line.push();
    line.live(1_000);
    expect(line.kinds()).toEqual(['malformed']);
  });

  it('each fault that strikes is told, with the call it struck', () => {
    line.board.arm({ fault: 'lose-request', silent: false }, { device: 'phone', call: 'push' });
    line.push();
    line.live(1_000);
    expect(line.trace.filter(({ kind }) => kind === 'fault').map(({ data }) => data)).toEqual([
      { fault: 'lose-request', options: { silent: false }, call: 'push', callId: 'phone.1.c1' },
    ]);
  });
});

describe('an expired token', () => {
  const refusal = {
    fault: 'status',
    status: 401,
    code: null,
    retryAfterMs: null,
    dated: false,
    headers: {},
    body: null,
    leg: 'request',
  } as const;

  it('is renewed once for all calls that were refused with it or begin meanwhile', () => {
    line.network.setRenewal('phone', 3_000);
    line.board.arm(refusal, { device: 'phone', times: 2 });
    line.push('c1');
    line.push('c2');
    line.live(1_000);
    line.push('c3');
    line.live(1_500);
    expect([line.served, line.kinds()]).toEqual([[], []]);
    line.live(1_500);
    expect(line.kinds()).toEqual(['answer', 'answer', 'answer']);
    expect(line.network.renewals('phone')).toBe(1);
  });

  it('that is not renewed ends the calls that wait for it', () => {
    line.network.setRenewal('phone', null);
    line.board.arm(refusal, { device: 'phone' });
    line.push();
    line.live(60_000);
    expect([line.kinds(), line.served, line.network.renewals('phone')]).toEqual([['unauthenticated'], [], 1]);
  });

  it('is not renewed for a process that was killed meanwhile', () => {
    line.network.setRenewal('phone', 3_000);
    line.board.arm(refusal, { device: 'phone' });
    line.push();
    line.live(1_000);
    line.network.forget('phone');
    line.push('c2');
    line.live(60_000);
    expect(line.served).toEqual(['ana push c2']);
  });
});

describe('a deferred request', () => {
  it('is answered without verdicts, and reaches the server later', () => {
    line.board.arm({ fault: 'defer', afterMs: 30_000 }, { device: 'phone' });
    line.push();
    line.live(20_000);
    expect([line.kinds(), line.served]).toEqual([['malformed'], []]);
    line.live(20_000);
    expect([line.kinds(), line.served]).toEqual([['malformed'], ['ana push c1']]);
  });
});
