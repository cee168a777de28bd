import { expect, test } from 'vitest';
import { fixedToken } from '../../../src/adapters/portable/token-fixed.ts';
import { transportOver, type Wire } from '../../../src/adapters/portable/transport-over-wire.ts';
import type { Call } from '../../../src/ports/transport.ts';
import { manualTimers } from '../../loopback/manual-timers.ts';

const call: Call = { id: 'r', name: 'push', deviceId: 'd', schemaVersion: 1, body: {} };

test.each(Array.from({ length: 16 }, (_, turns) => turns))(
  'nothing is sent after an abort that comes %i turns after send',
  async (turns) => {
    const events: string[] = [];
    const answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}', bytes: 2 };
    const wire: Wire = {
      exchange: () => {
        events.push('sent');
        return { answer: Promise.resolve(answer), cancel: () => undefined };
      },
      close: () => Promise.resolve(),
    };
    const options = { tokens: fixedToken('t'), clock: manualTimers(), requestTimeoutMs: 1_000 };
    const { abort } = transportOver(wire, options).send(call, ({ kind }) => events.push(kind));
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    events.push('abort');
    abort();
    await new Promise(setImmediate);
    expect(events.slice(events.indexOf('abort'))).not.toContain('sent');
    expect(events.filter((event) => event === 'answer' || event === 'failure')).toHaveLength(1);
  },
);
