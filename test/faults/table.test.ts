import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readAnswer } from '../../src/adapters/portable/http-exchange.ts';
import type { Fate } from '../../src/faults/fault.ts';
import { arm, meet, noFaults } from '../../src/faults/plan.ts';
import { fateOf, faultSchema, faultTable } from '../../src/faults/table.ts';

const serverMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const leg = { device: 'phone', call: 'push', serverMs } as const;

function fates(written: unknown): { request: Fate; response: Fate } {
  const setting = faultSchema.parse(written);
  return {
    request: fateOf(setting, { ...leg, leg: 'request' }),
    response: fateOf(setting, { ...leg, leg: 'response' }),
  };
}

const pass = { kind: 'pass' };

describe('the faults of a leg', () => {
  test.each([
    ['lose-request', { kind: 'drop', seen: 'cut' }, pass],
    [{ 'lose-request': { silent: true } }, { kind: 'drop', seen: 'silence' }, pass],
    ['lose-response', pass, { kind: 'drop', seen: 'cut' }],
    [{ 'lose-response': { silent: true } }, pass, { kind: 'drop', seen: 'silence' }],
    ['reset', { kind: 'drop', seen: 'reset' }, pass],
    [{ reset: 'response' }, pass, { kind: 'drop', seen: 'reset' }],
    ['duplicate', { kind: 'twice', afterMs: 0 }, pass],
    [{ duplicate: { after: '1m30s' } }, { kind: 'twice', afterMs: 90_000 }, pass],
    [{ delay: '250ms' }, { kind: 'deliver-after', delayMs: 250 }, pass],
    [{ delay: '2h', leg: 'response' }, pass, { kind: 'deliver-after', delayMs: 7_200_000 }],
    [{ hold: 'first' }, { kind: 'hold', name: 'first' }, pass],
    ['truncate', pass, { kind: 'truncate', keepPercent: 50, packed: false }],
    [{ truncate: 0 }, pass, { kind: 'truncate', keepPercent: 0, packed: false }],
    [{ truncate: 60, gzip: true }, pass, { kind: 'truncate', keepPercent: 60, packed: true }],
    ['reorder', pass, { kind: 'overtaken', withinMs: 10_000 }],
    [{ reorder: '1m', leg: 'request' }, { kind: 'overtaken', withinMs: 60_000 }, pass],
    [{ bandwidth: '2kB' }, { kind: 'narrow', bytesPerSec: 2_000 }, { kind: 'narrow', bytesPerSec: 2_000 }],
    [{ 'late-commit': '10s' }, { kind: 'commit-late', afterMs: 10_000 }, pass],
    ['lose-hint', pass, pass],
  ])('%j', (written, request, response) => {
    expect(fates(written)).toEqual({ request, response });
  });

  test('a status answers as a server would, with Retry-After in seconds or as a date of the server', () => {
    for (const dated of [false, true]) {
      const { request } = fates({ status: 429, retryAfter: '10s', dated });
      if (request.kind !== 'answer') throw new Error('a status must answer');
      expect(request.answer.headers['retry-after']).toBe(dated ? 'Fri, 02 Jan 2026 03:04:15 GMT' : '10');
      expect(readAnswer(request.answer, { asked: null, bytes: 0 })).toMatchObject({
        kind: 'problem',
        status: 429,
        problem: { code: 'too_many_requests' },
        retryAfterMs: 10_000,
      });
    }
  });

  test('a status on the response leg stands in for the answer of a server that did the work', () => {
    expect(fates({ status: 502, leg: 'response' })).toMatchObject({ request: pass, response: { kind: 'answer' } });
  });

  test('a deferred request is answered 202 without verdicts, which settles nothing, and reaches the server later', () => {
    const { request, response } = fates({ defer: '30s' });
    if (request.kind !== 'defer') throw new Error('a deferral must answer');
    expect([request.afterMs, request.answer.status, response]).toEqual([30_000, 202, pass]);
    const plan = arm(noFaults, faultSchema.parse({ defer: '30s' }));
    const { course } = meet(plan, { device: 'phone', call: 'push', serverMs });
    expect(course.request).toMatchObject({ again: { afterMs: 30_000 }, end: { kind: 'answer' } });
  });

  test('a captive portal is a failure of the transport', () => {
    const { request } = fates('captive-portal');
    if (request.kind !== 'answer') throw new Error('a portal must answer');
    expect(readAnswer(request.answer, { asked: null, bytes: 0 })).toMatchObject({
      kind: 'failure',
      reason: 'malformed',
    });
  });

  test.each([
    ['lose-respons', /the faults are lose-request, lose-response, duplicate/],
    [{ delay: 2 }, /delay: .*a duration is text with a unit/],
    [{ delay: '2' }, /delay: .*a number with a unit/],
    [{ status: 9 }, /status: status: .*200/],
    [{ status: 429, retryAftre: '10s' }, /retryAftre/],
    [{ hold: '' }, /hold: hold:/],
    [17, /the faults are/],
    [null, /the faults are/],
  ])('%j is refused with words that help', (written, message) => {
    const { error } = faultSchema.safeParse(written);
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.message).toMatch(message);
  });

  test('the written forms have a JSON Schema, and every fault says what it does', () => {
    for (const [name, { about, written }] of Object.entries(faultTable)) {
      expect(about.length).toBeGreaterThan(20);
      expect(JSON.stringify(z.toJSONSchema(written, { io: 'input' }))).toContain(name);
    }
  });
});
