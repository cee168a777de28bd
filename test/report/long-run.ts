import type { RunResult } from '../../src/scenario/result.ts';
import type { TraceKind } from '../../src/trace/record.ts';
import { aRun } from './runs.ts';

const devices = ['phone', 'tablet', 'watch'];

/** A failed run of about so many records: edits, pushes of which every fifth answer is lost, verdicts, queues. */
export function aLongRun(records: number): RunResult {
  const story: RunResult['story'][number][] = [];
  const tell = (kind: TraceKind, lane: string, data: RunResult['story'][number]['data']) => {
    story.push({ kind, lane, atMs: story.length * 130, data });
  };
  for (let round = 0; story.length < records; round += 1) {
    const device = devices[round % devices.length] ?? 'phone';
    const [change, call] = [`change-${round}`, `${device}.1.1.${round}`];
    const row = { entityType: 'meditation', entityId: `s${round % 20}` };
    if (round % 25 === 0) tell('phase', 'story', { text: `round ${round}` });
    tell('step', device, { actor: device, text: `${device} updates meditation/s${round % 20}: rating ${round % 5}` });
    tell('commit', device, { queued: 1 + (round % 4), put: [change], removed: [] });
    tell('edit', device, { rows: [{ action: 'update', ...row }], changeIds: [change], label: null });
    tell('call', device, { callId: call, call: 'push', items: 1, carries: [{ id: change, changeId: change }] });
    tell('arrived', 'server', { callId: call, call: 'push', from: device });
    tell('verdict', 'server', { changeId: change, status: 'applied', ...row });
    const isLost = round % 5 === 4;
    if (isLost) tell('fault', device, { callId: call, call: 'push', fault: 'lose-response' });
    const outcome = isLost
      ? { kind: 'failure', reason: 'timeout' }
      : { kind: 'answer', results: [{ id: change, verdict: 'applied' }] };
    tell('answer', device, { callId: call, call: 'push', ...outcome });
    tell('commit', device, { queued: round % 4, put: [], removed: [change] });
  }
  return failedAt(story);
}

/** The run of a story whose last expectation does not hold. */
function failedAt(story: RunResult['story'][number][]): RunResult {
  const because = 'phone has meditation/s1 rating 2, not 3';
  const last = story.length * 130;
  story.push({ kind: 'expect', lane: 'phone', atMs: last, data: { text: 'phone …', holds: false, because } });
  const row = { entityType: 'meditation', entityId: 's1' };
  const difference = {
    subject: 'phone',
    claim: 'row',
    text: 'has meditation/s1 rating 2, not 3',
    expected: '3',
    actual: '2',
    row,
  };
  const place = {
    file: 'long.yaml',
    line: 30,
    col: 5,
    length: 5,
    excerpt: '  - phone: { meditation/s1: { rating: 3 } }',
  };
  const failure = {
    claim: 'row',
    place,
    atMs: last,
    sentence: because,
    differences: [difference],
    holding: ['tablet'],
    why: null,
  };
  return aRun({ verdict: 'failed', devices, story, storyMs: last, failures: [failure] });
}
