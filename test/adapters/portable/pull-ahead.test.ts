import { expect, test } from 'vitest';
import { pullAhead } from '../../../src/adapters/portable/pull-ahead.ts';
import type { Call, CallOutcome, Transport } from '../../../src/ports/transport.ts';

const pull = (cursor: string | null, body: object = {}): Call => ({
  id: `1.${cursor}`,
  name: 'pull',
  deviceId: 'd',
  schemaVersion: 1,
  body: { deviceId: 'd', registered: cursor !== null, cursor, limit: 2, ...body },
});

const page = (cursor: string, hasMore = true): CallOutcome => ({ kind: 'answer', body: { cursor, hasMore }, bytes: 1 });

/** A line whose calls are answered by hand, and work for later that is run by hand. */
function line() {
  const sent: { readonly call: Call; readonly done: (outcome: CallOutcome) => void; aborted: boolean }[] = [];
  const waiting: (() => void)[] = [];
  const inner: Transport = {
    send(call, done) {
      const entry = { call, done, aborted: false };
      sent.push(entry);
      return {
        abort: () => {
          entry.aborted = true;
        },
      };
    },
    close: () => Promise.resolve(),
  };
  const answer = (at: number, outcome: CallOutcome): void => sent[at]?.done(outcome);
  const turn = (): void => {
    for (const work of waiting.splice(0)) work();
  };
  const cursors = (): unknown[] => sent.map(({ call }) => (call.body as { cursor: unknown }).cursor);
  return { ...pullAhead(inner, (work) => waiting.push(work)), sent, answer, turn, cursors };
}

test('the next page is asked for before the engine has the one that came, and given when the engine asks for it', () => {
  const ahead = line();
  const got: string[] = [];
  ahead.send(pull(null), () => {
    got.push('first');
    ahead.send(pull('a'), () => got.push('second'));
  });
  ahead.answer(0, page('a'));
  expect(ahead.cursors()).toEqual([null, 'a']);
  expect(got).toEqual([]);
  ahead.turn();
  expect(got).toEqual(['first']);
  ahead.answer(1, page('b', false));
  expect(got).toEqual(['first', 'second']);
  expect(ahead.cursors()).toEqual([null, 'a']);
});

test('an answer that was there before the engine asked is given later than the call that asks', () => {
  const ahead = line();
  const got: string[] = [];
  ahead.send(pull(null), () => {
    ahead.send(pull('a'), () => got.push('second'));
    got.push('asked');
  });
  ahead.answer(0, page('a'));
  ahead.answer(1, page('b', false));
  ahead.turn();
  expect(got).toEqual(['asked']);
  ahead.turn();
  expect(got).toEqual(['asked', 'second']);
});

test('a page asked ahead is dropped when the engine asks for something else, and its answer counts for nothing', () => {
  for (const other of [pull('z'), pull('a', { unsettled: ['c1'] }), { ...pull('a'), name: 'push' as const }]) {
    const ahead = line();
    const got: CallOutcome[] = [];
    ahead.send(pull(null), () => {
      ahead.send(other, (outcome) => got.push(outcome));
    });
    ahead.answer(0, page('a'));
    ahead.turn();
    expect(ahead.sent[1]?.aborted).toBe(true);
    expect(ahead.sent[2]?.call).toEqual(other);
    ahead.answer(1, page('stale', false));
    expect(got).toEqual([]);
    ahead.answer(2, page('b', false));
    expect(got).toEqual([page('b', false)]);
  }
});

test('an engine that asks only later gets a fresh page, and nothing is asked ahead for it again', () => {
  const ahead = line();
  let got = 0;
  const count = (): void => {
    got += 1;
  };
  ahead.send(pull(null), count);
  ahead.answer(0, page('a'));
  ahead.turn();
  expect(ahead.sent[1]?.aborted).toBe(true);
  ahead.send(pull('a'), count);
  expect(ahead.cursors()).toEqual([null, 'a', 'a']);
  ahead.answer(2, page('b'));
  expect(ahead.cursors()).toEqual([null, 'a', 'a']);
  expect(got).toBe(2);
});

test('after the last page, a failure, or a page that verdicts came with, nothing is asked ahead', () => {
  const failure: CallOutcome = { kind: 'failure', reason: 'reset', detail: '' };
  const cases = [
    { call: pull(null), outcome: page('a', false) },
    { call: pull(null), outcome: failure },
    { call: pull(null, { unsettled: ['c1'] }), outcome: page('a') },
    { call: { ...pull(null), name: 'push' as const }, outcome: page('a') },
  ];
  for (const { call, outcome } of cases) {
    const ahead = line();
    const got: CallOutcome[] = [];
    ahead.send(call, (each) => got.push(each));
    ahead.answer(0, outcome);
    expect(ahead.sent).toHaveLength(1);
    expect(got).toEqual([outcome]);
  }
});

test('an abort between the answer and the engine ends the call once, as aborted, and drops the page asked ahead', () => {
  const ahead = line();
  const got: CallOutcome[] = [];
  const { abort } = ahead.send(pull(null), (outcome) => got.push(outcome));
  ahead.answer(0, page('a'));
  abort();
  ahead.turn();
  expect(got).toMatchObject([{ kind: 'failure', reason: 'aborted' }]);
  expect(ahead.sent[1]?.aborted).toBe(true);
});

test('an engine that fails on a page leaves no page asked ahead behind', () => {
  const ahead = line();
  ahead.send(pull(null), () => {
    throw new Error('the disk is full');
  });
  ahead.answer(0, page('a'));
  expect(() => ahead.turn()).toThrow('the disk is full');
  expect(ahead.sent[1]?.aborted).toBe(true);
});
