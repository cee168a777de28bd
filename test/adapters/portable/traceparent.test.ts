import { expect, test } from 'vitest';
import { traceparentOf } from '../../../src/adapters/portable/traceparent.ts';
import type { Call } from '../../../src/ports/transport.ts';

const call = (more: Partial<Call>): Call => ({
  id: '1.2',
  name: 'pull',
  deviceId: 'phone',
  schemaVersion: 1,
  body: {},
  ...more,
});
const change = '01a207b6-0000-7000-8000-000000000001';

test('the trace of a push is the id of its first change, in every try', () => {
  const body = { changes: [{ id: change }, { id: 'other' }] };
  const [first, again] = [traceparentOf(call({ body })), traceparentOf(call({ id: '1.3', body }))];
  expect(first).toMatch(/^00-01a207b6000070008000000000000001-[0-9a-f]{16}-01$/);
  expect(again.slice(0, 35)).toBe(first.slice(0, 35));
  expect(again).not.toBe(first);
});

test('a resolve is traced by its first resolution, and other calls by themselves', () => {
  expect(traceparentOf(call({ body: { resolutions: [{ id: change }] } }))).toContain(
    '01a207b6000070008000000000000001',
  );
  const traces = ['1.1', '1.2'].map((id) => traceparentOf(call({ id })));
  for (const trace of traces) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(traces[0]?.slice(3, 35)).not.toBe(traces[1]?.slice(3, 35));
  expect(traceparentOf(call({ id: '1.1' }))).toBe(traces[0]);
});

test.each([null, 'text', { changes: [] }, { changes: [{ id: 'no uuid' }] }, { changes: [null] }])(
  '%j is no obstacle',
  (body) => {
    expect(traceparentOf(call({ body }))).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  },
);
