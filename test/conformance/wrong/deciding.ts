import {
  answering,
  asking,
  calling,
  forgettingIds,
  ignoringBases,
  ignoringEpochs,
  judging,
  list,
  mixingUsers,
  saying,
  showing,
} from '../falsify.ts';
import type { Wrong } from '../wrong-server.ts';

const all = 'pull push resolve digest rollback';

/** Wrong servers for the claims on values, decisions, the catalogue, clocks, other users and what happens to a server. */
export const wrongDeciding: Readonly<Record<string, () => Wrong>> = {
  'an-unknown-type-is-rejected': () => calling('rejected', 'applied'),
  'a-value-out-of-range-is-rejected': () => calling('rejected', 'applied'),
  'a-missing-field-is-rejected': () => calling('rejected', 'applied'),
  'a-row-too-large-is-refused': () => calling('rejected', 'applied'),
  'a-field-of-the-server-is-not-writable': () => calling('rejected', 'applied'),
  'a-merged-resolution-writes-what-it-says': () =>
    asking('resolve', ({ resolutions = [] }) => {
      for (const one of resolutions) Object.assign(one, { outcome: 'server', data: null });
    }),
  'outcome-server-writes-nothing': () =>
    asking('resolve', ({ resolutions = [], deviceId }) => {
      const stamps = { notes: `1800000000000-0000-${deviceId}` };
      for (const one of resolutions) Object.assign(one, { outcome: 'merged', data: { notes: 'mine' }, stamps });
    }),
  'a-stale-resolution-clashes': () => ignoringBases('resolve'),
  'a-resolution-of-a-deleted-row-clashes': () => calling('conflict', 'applied', 'resolve'),
  'a-resolution-repeated-has-one-effect': () => forgettingIds('resolve'),
  'increments-of-a-clash-count-once': forgettingChanges,
  'increments-of-an-applied-change-do-not-count-again': forgettingChanges,
  'parallel-resolutions-have-one-winner': () => calling('conflict', 'applied', 'resolve'),
  'a-withdrawn-change-never-applies': swallowingWithdrawals,
  'a-withdrawal-that-comes-late-says-so': () =>
    judging((result, { name }) => {
      if (name === 'resolve') Object.assign(result, { status: 'rejected', problem: { code: 'withdrawn' } });
    }),
  'a-resolved-change-that-comes-late-does-not-apply': forgettingChanges,
  'a-race-of-withdrawal-and-change-has-one-end': swallowingWithdrawals,
  'a-user-makes-no-quote': () => calling('rejected', 'applied'),
  'a-user-deletes-no-quote': () => calling('rejected', 'applied'),
  'a-part-of-a-missing-quote-is-rejected': () => calling('rejected', 'applied'),
  'a-quote-and-its-own-part-are-two-rows': () =>
    showing(({ entityType, data }) => {
      if (entityType === 'quotes') Object.assign(data ?? {}, { text: 'Be here.' });
    }),
  'a-stamp-from-the-future-is-brought-back': keepingStamps,
  'a-sound-stamp-stays': () =>
    showing((row) => {
      for (const field of Object.keys(row.stamps)) row.stamps[field] = `${row.updatedAt}-0000-server`;
    }),
  'a-wrong-timestamp-decides-nothing': ignoringBases,
  'server-time-is-one-time': () =>
    saying('pull push resolve', (body) => {
      body.serverTime = Math.floor(body.serverTime / 1_000);
    }),
  'another-user-pulls-nothing-of-mine': mixingUsers,
  'another-user-learns-nothing-of-my-changes': mixingUsers,
  'another-user-changes-nothing-of-mine': mixingUsers,
  'another-user-resolves-nothing-of-mine': mixingUsers,
  'another-user-reads-no-history-of-mine': mixingUsers,
  'another-users-digest-does-not-move': mixingUsers,
  'ids-are-per-user': mixingUsers,
  'devices-are-per-user': mixingUsers,
  'a-lost-answer-has-one-effect': forgettingIds,
  'a-cursor-below-the-horizon-is-410': () =>
    answering('pull', (answer) => {
      if (answer.body.code === 'cursor_expired') Object.assign(answer, { status: 200 });
    }),
  'an-edit-of-a-purged-row-is-a-conflict': () => judging((result) => void Reflect.deleteProperty(result, 'row')),
  'a-clock-set-back-loses-nothing': () =>
    saying('pull', ({ changes, serverTime }) => {
      for (const row of changes) row.updatedAt = serverTime;
    }),
  'a-restore-is-announced': ignoringEpochs,
};

/** Does not remember which change a resolution spoke of. */
function forgettingChanges(): Wrong {
  let times = 0;
  return asking('resolve', ({ resolutions = [] }) => {
    for (const one of list(resolutions)) {
      times += 1;
      Object.assign(one, { changeId: `${one.changeId}-${times}` });
    }
  });
}

/** Says of every withdrawal that it came in time, and does nothing. */
function swallowingWithdrawals(): Wrong {
  return async (call, forward) => {
    const withdrawn = list(call.body.resolutions ?? []).filter(({ outcome }) => outcome === 'withdraw');
    if (withdrawn.length === 0) return forward(call);
    const kept = { ...call, body: { ...call.body, resolutions: [] } };
    const answer = await forward(kept);
    answer.body.results = withdrawn.map(({ id }) => ({ id, status: 'rejected', problem: { code: 'withdrawn' } }));
    return answer;
  };
}

/** Keeps every stamp as it came, however far ahead. */
function keepingStamps(): Wrong {
  const sent = new Map<string, Record<string, string>>();
  return async (call, forward) => {
    for (const { entityId, stamps } of list(call.body.changes ?? [])) sent.set(entityId, { ...stamps });
    const answer = await forward(call);
    if (!all.includes(call.name)) return answer;
    const rows = [...(answer.body.changes ?? []), ...(answer.body.results ?? []).flatMap(({ row }) => row ?? [])];
    for (const row of rows) row.stamps = sent.get(row.entityId) ?? row.stamps;
    return answer;
  };
}
