import {
  answering,
  asking,
  calling,
  forgettingIds,
  ignoringBases,
  ignoringEpochs,
  instead,
  judging,
  list,
  pushing,
  saying,
  showing,
} from '../falsify.ts';
import type { Wrong } from '../wrong-server.ts';

/** Wrong servers for the claims on repeats, lives, epochs, clashes, deletes, counters, keys, groups and what waits. */
export const wrongWriting: Readonly<Record<string, () => Wrong>> = {
  'a-repeat-is-a-duplicate': () => calling('duplicate', 'applied'),
  'a-repeat-writes-nothing-over-newer-values': forgettingIds,
  'a-repeat-counts-once': forgettingIds,
  'parallel-repeats-count-once': forgettingIds,
  'a-repeat-in-one-push-counts-once': forgettingIds,
  'a-conflict-stays-a-conflict': () => calling('duplicate', 'conflict'),
  'a-rejection-stays-a-rejection': () => calling('duplicate', 'rejected'),
  'an-id-with-another-body-is-refused': () => calling('rejected', 'duplicate'),
  'what-may-differ-in-a-repeat-may-differ': () => {
    const places = new Map<string, number>();
    return instead(
      ({ body }) =>
        list(body.changes ?? []).some(({ id, seq }) => {
          const known = places.get(id) ?? seq;
          places.set(id, known);
          return known !== seq;
        }),
      { status: 422, text: '{"code":"id_reused"}' },
    );
  },
  'an-unknown-life-is-409': oneLife,
  'an-unknown-life-may-not-resolve': oneLife,
  'a-new-life-that-names-the-last-goes-on': () =>
    instead(({ body }) => (body.previousIncarnations ?? []).length > 0, {
      status: 409,
      text: '{"code":"device_forked"}',
    }),
  'a-taken-place-is-409': () => {
    let places = 0;
    return pushing((change) => {
      places += 1;
      change.seq = places;
    });
  },
  'a-registered-device-that-is-unknown-is-410': () =>
    asking('pull push resolve digest', (body) => {
      body.registered = false;
    }),
  'an-unknown-device-is-told-first': () =>
    answering('pull push', (answer) => {
      if (answer.body.code === 'device_unknown') answer.body.code = 'epoch_changed';
    }),
  'a-pull-registers': () =>
    instead(({ name, body }) => name === 'pull' && body.registered === true, {
      status: 410,
      text: '{"code":"device_unknown"}',
    }),
  'a-newer-protocol-is-426': () =>
    asking('pull', (_, call) => void Reflect.deleteProperty(call.headers, 'x-protocol-version')),
  'a-push-under-another-epoch-is-410': ignoringEpochs,
  'a-resolve-under-another-epoch-is-410': ignoringEpochs,
  'a-digest-under-another-epoch-is-410': ignoringEpochs,
  'a-rollback-under-another-epoch-is-410': ignoringEpochs,
  'the-same-field-clashes': ignoringBases,
  'a-conflict-carries-the-current-row': () => judging((result) => void Reflect.deleteProperty(result, 'row')),
  'other-fields-do-not-undo-each-other': () => judging((result) => void Reflect.deleteProperty(result, 'row')),
  'parallel-writers-of-a-field-have-one-winner': () => calling('conflict', 'applied'),
  'a-create-over-a-live-row-is-a-conflict': () => calling('conflict', 'applied'),
  'parallel-creates-of-an-id-have-one-winner': () => calling('conflict', 'applied'),
  'a-base-nobody-holds-is-no-base': ignoringBases,
  'a-tombstone-is-pulled': () =>
    saying('pull', (body) => {
      body.changes = body.changes.filter(({ deleted }) => !deleted);
    }),
  'an-edit-of-a-deleted-row-is-a-conflict': () => judging((result) => void Reflect.deleteProperty(result, 'row')),
  'an-edit-of-a-missing-row-is-a-conflict': () => calling('conflict', 'rejected'),
  'a-delete-of-a-missing-row-is-applied': () =>
    judging((result) => {
      if (result.row?.deleted === true) result.status = 'rejected';
    }),
  'a-delete-against-an-edit-is-a-conflict': ignoringBases,
  'a-create-over-an-unknown-tombstone-is-a-conflict': () => calling('conflict', 'applied'),
  'a-create-over-the-tombstone-it-knew-applies': () =>
    pushing((change) => {
      if (change.action === 'CREATE') change.baseVersion = null;
    }),
  'increments-add-up-from-any-base': () => {
    let counted = 0;
    return judging((result) => {
      counted += result.row?.entityType === 'meditationStats' ? 1 : 0;
      if (counted > 2) result.status = 'conflict';
    });
  },
  'parallel-increments-add-up': () => {
    let times = 0;
    return pushing((change) => {
      times += 1;
      // Two that read the same sum: the later one wins.
      if (times % 5 === 0 && change.increments !== undefined) change.increments = { totalMinutes: 0 };
    });
  },
  'a-counter-is-not-set': () => calling('rejected', 'applied'),
  'an-increment-leaves-fields-alone': () =>
    showing(({ entityType, data }) => {
      if (entityType === 'meditationStats' && data !== null) data.lastSessionAt = null;
    }),
  'a-tombstone-keeps-its-sums': () =>
    pushing((change) => {
      if (change.action === 'CREATE' && change.increments !== undefined) change.increments = { totalMinutes: -4 };
    }),
  'a-taken-natural-key-is-a-conflict': () => calling('conflict', 'applied'),
  'a-natural-key-is-not-moved-onto-a-taken-one': () => calling('conflict', 'applied'),
  'parallel-enrolments-leave-one-row': () => {
    let programs = 0;
    return pushing(({ data }) => {
      programs += 1;
      Object.assign(data ?? {}, { programId: `${programs}` });
    });
  },
  'a-deleted-row-holds-no-key': () => {
    const programs = new Set<unknown>();
    return judging((result, { body }) => {
      const change = body.changes?.find(({ id }) => id === result.id);
      if (change?.action === 'CREATE' && programs.has(change.data?.programId)) result.status = 'conflict';
      programs.add(change?.data?.programId);
    });
  },
  'a-whole-group-applies-together': () =>
    saying('push', ({ results: [first] }) => Object.assign(first ?? {}, { status: 'rejected' })),
  'an-incomplete-group-is-rejected': () =>
    asking('push', ({ changes = [] }) => {
      for (const change of changes) change.groupSize = changes.length;
    }),
  'a-clash-in-a-group-stops-all-of-it': withoutGroups,
  'a-refusal-in-a-group-stops-all-of-it': withoutGroups,
  'a-group-that-waits-stores-nothing': withoutGroups,
  'a-change-waits-for-what-it-depends-on': () => pushing((change) => void Reflect.deleteProperty(change, 'dependsOn')),
  'a-child-waits-for-its-parent': () => calling('retry', 'rejected'),
  'a-parent-and-its-child-apply-in-one-push': () =>
    judging((result, { body }) => {
      if (body.changes?.find(({ id }) => id === result.id)?.dependsOn !== undefined) result.status = 'retry';
      if (result.status === 'retry') result.problem = { code: 'dependency_failed' };
    }),
  'a-child-of-a-deleted-parent-is-rejected': () =>
    judging((result) => {
      if (result.problem?.code === 'parent_gone')
        Object.assign(result, { status: 'retry', problem: { code: 'dependency_failed' } });
    }),
};

/** Takes all lives of a device for one. */
function oneLife(): Wrong {
  return asking('push resolve', (body) => {
    body.incarnation = 'the only one';
    body.previousIncarnations = [];
  });
}

/** Judges the items of a group one by one. */
function withoutGroups(): Wrong {
  return pushing((change) => {
    Reflect.deleteProperty(change, 'group');
    Reflect.deleteProperty(change, 'groupSize');
  });
}
