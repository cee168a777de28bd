import { calls } from '../../core/protocol/paths.ts';
import type { Bench } from '../bench.ts';
import { enrolment, session } from '../changes.ts';
import { check, shown } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';
import { isAbsent } from '../problem-check.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = "other users' rows";
const severity = 'critical';

/** Two users: nothing of one is seen or changed by the other, also by guessed ids. */
export const otherUsers: readonly Probe[] = [
  {
    claim: 'another-user-pulls-nothing-of-mine',
    says: 'A pull of another user brings nothing of mine, also with my cursor.',
    topic,
    severity,
    run: async (bench) => {
      const { mine, theirs, words } = await twoUsers(bench);
      const { cursor } = await mine.pull({ limit: 1 });
      for (const body of [{}, { cursor }, { since: 1 }]) {
        const { text } = await theirs.askPull({ limit: 10_000, ...body });
        check(!text.includes(words), { expected: 'nothing of mine', saw: `my notes in a pull with ${shown(body)}` });
      }
    },
  },
  {
    claim: 'another-user-learns-nothing-of-my-changes',
    says: '`settled` says nothing of the ids of another user.',
    topic,
    severity,
    run: async (bench) => {
      const { theirs, changeId } = await twoUsers(bench);
      const { settled } = await theirs.pull({ unsettled: [changeId], entityTypes: ['meditation'] });
      check(settled.length === 0, { expected: 'no verdict on an id of another user', saw: settled });
    },
  },
  {
    claim: 'another-user-changes-nothing-of-mine',
    says: 'Changes of another user under the id of my row neither change it nor show it.',
    topic,
    severity,
    run: async (bench) => {
      const { mine, theirs, key, version, words } = await twoUsers(bench);
      const edit = theirs.update(key, { notes: 'taken over' }, { baseVersion: version });
      for (const change of [edit, theirs.remove(key, version)]) {
        const { text } = await theirs.askPush([change]);
        check(!text.includes(words), {
          expected: `nothing of mine in the answer to their ${change.action}`,
          saw: text,
          row: key,
        });
      }
      const row = await mine.row(key);
      check(row?.version === version && row.data?.notes === words, {
        expected: 'my row as it was',
        saw: row,
        row: key,
      });
    },
  },
  {
    claim: 'another-user-resolves-nothing-of-mine',
    says: 'Resolutions and withdrawals of another user under my ids have no effect on me.',
    topic,
    severity,
    run: async (bench) => {
      const { mine, theirs, key, version } = await twoUsers(bench);
      const change = mine.update(key, { rating: 5 }, { baseVersion: version });
      const of = { ...key, changeId: change.id, againstVersion: version };
      await theirs.askResolve([theirs.resolution({ ...of, outcome: 'withdraw' })]);
      checkVerdict((await mine.push(change)).of(change), {
        status: 'applied',
        of: 'my change, which another user withdrew',
        row: key,
      });
      const rating = (await mine.row(key))?.data?.rating;
      check(rating === 5, { expected: 'my rating', saw: rating, row: key });
    },
  },
  {
    claim: 'another-user-reads-no-history-of-mine',
    says: 'The history of my row is empty for another user, and so are rollbacks of it.',
    topic,
    severity,
    run: async (bench) => {
      const { mine, theirs, key, version, words } = await twoUsers(bench);
      const path = `${calls.history.path}/${key.entityType}/${encodeURIComponent(key.entityId)}`;
      const read = await bench.ask({ path, user: theirs.user });
      check(!read.text.includes(words), { expected: 'no history of mine', saw: read.text, row: key });
      const body = { ...theirs.sender(), ...key, id: bench.newId(), againstVersion: version, toVersion: version };
      const back = await theirs.ask('/api/sync/rollback', body);
      check(!back.text.includes(words), { expected: 'nothing of mine in a rollback', saw: back.text, row: key });
      check((await mine.row(key))?.version === version, {
        expected: 'my row as it was',
        saw: 'another version',
        row: key,
      });
    },
  },
  {
    claim: 'another-users-digest-does-not-move',
    says: 'The digest of another user is the same before and after I write.',
    topic,
    severity,
    run: async (bench) => {
      const { mine, theirs } = await twoUsers(bench);
      await theirs.pull();
      const digest = () => theirs.ask(calls.digest.path, { epoch: theirs.epoch, entityTypes: ['meditation'] });
      const before = await digest();
      if (isAbsent(before)) return;
      await bench.madeRow(mine);
      const after = await digest();
      check(after.text === before.text, { expected: before.text, saw: after.text });
    },
  },
  {
    claim: 'ids-are-per-user',
    says: 'Ids of changes, ids of rows and natural keys of one user are free for another.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const { mine, theirs } = await twoUsers(bench);
      const key = bench.key('guidedMeditation');
      const change = mine.create(key, enrolment(bench.name('program')));
      (await mine.push(change)).version(change);
      checkVerdict((await theirs.push(change)).of(change), {
        status: 'applied',
        of: 'the same change of another user',
        row: key,
      });
    },
  },
  {
    claim: 'devices-are-per-user',
    says: 'A device that is registered for me is unknown for another user.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const { mine, theirs } = await twoUsers(bench);
      const same = bench.device(theirs.user, mine.id);
      same.registered = true;
      const { status, text } = await same.askPull();
      check(status === 410, {
        expected: 'my device id to be 410 device_unknown for another user',
        saw: `${status} ${text}`,
      });
      const listed = await bench.ask({ path: calls.devices.path, user: theirs.user });
      check(!listed.text.includes(mine.id), { expected: 'none of my devices in their list', saw: listed.text });
    },
  },
];

/** A row of mine with words that nobody else writes, and a device of another user. */
async function twoUsers(bench: Bench) {
  const [mine, theirs] = [bench.device(bench.own), bench.device(bench.other)];
  const words = `words-${bench.newId()}`;
  const key = bench.key();
  const change = mine.create(key, session({ notes: words }));
  const version = (await mine.push(change)).version(change);
  await theirs.pull();
  return { mine, theirs, key, version, words, changeId: change.id } satisfies { mine: ProbeDevice } & Record<
    string,
    unknown
  >;
}
