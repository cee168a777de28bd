import type { RunResult } from '../../src/scenario/result.ts';

/** A run that passed, with the parts given instead. */
export function aRun(parts: Partial<RunResult> = {}): RunResult {
  return {
    plan: { title: 'a claim', about: '', tags: [], file: 'a.yaml', place: null, caseNumber: 1, caseValues: {} },
    devices: ['phone', 'tablet'],
    stage: 'sim',
    seed: '1',
    verdict: 'passed',
    reason: null,
    failures: [],
    story: [],
    storyLost: 0,
    hash: '0123456789abcdef',
    storyMs: 61_000,
    stepsPlayed: 3,
    expectationsJudged: 2,
    ...parts,
  };
}

const lostAnswer: RunResult['story'] = [
  { kind: 'phase', atMs: 0, lane: 'story', data: { text: 'both edit' } },
  { kind: 'step', atMs: 2_120, lane: 'phone', data: { text: 'phone updates meditation/s1' } },
  { kind: 'call', atMs: 4_000, lane: 'phone', data: { callId: 'c1', call: 'push', items: 1 } },
  { kind: 'fault', atMs: 4_000, lane: 'phone', data: { callId: 'c1', call: 'push', fault: 'lose-response' } },
  {
    kind: 'verdict',
    atMs: 4_050,
    lane: 'server',
    data: { changeId: 'x', status: 'applied', entityType: 'meditation', entityId: 's1' },
  },
  {
    kind: 'answer',
    atMs: 5_000,
    lane: 'phone',
    data: { callId: 'c1', call: 'push', kind: 'failure', reason: 'timeout' },
  },
  {
    kind: 'expect',
    atMs: 61_000,
    lane: 'story',
    data: { text: 'all …', holds: false, because: 'tablet has notes null' },
  },
];

/** A run whose row differs on one device. */
export function aFailedRun(parts: Partial<RunResult> = {}): RunResult {
  const excerpt = '  - all: { meditation/s1: { notes: "<calm> & \u0007so" } }';
  return aRun({
    verdict: 'failed',
    plan: {
      title: 'a claim',
      about: '',
      tags: [],
      file: 'it is.yaml',
      place: { file: 'it is.yaml', line: 1, col: 1, length: 8, excerpt: 'scenario: a claim' },
      caseNumber: 3,
      caseValues: { phoneClock: '-3h' },
    },
    failures: [
      {
        claim: 'row',
        place: { file: 'it is.yaml', line: 24, col: 5, length: 3, excerpt },
        atMs: 61_000,
        sentence: 'tablet has meditation/s1 notes null, not "<calm> & \u0007so"',
        differences: [{ subject: 'tablet', claim: 'row', text: 'has …', expected: '"<calm>"', actual: 'null' }],
        holding: ['phone'],
        why: 'note: written on phone at 0:00:02.120, sent at 0:00:04.000',
      },
    ],
    story: lostAnswer,
    ...parts,
  });
}
