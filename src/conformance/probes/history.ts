import type { EntityKey } from '../../core/ids.ts';
import type { DevicesAnswer, HistoryAnswer } from '../../core/protocol/messages.ts';
import { calls } from '../../core/protocol/paths.ts';
import type { Bench, MadeRow } from '../bench.ts';
import { check, ProbeSkipped, shown, Unprepared } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { type ProbeDevice, resultsOf } from '../probe-device.ts';
import { isAbsent } from '../problem-check.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'history';

/** Versions of a row, going back to one of them, and the user's devices. */
export const history: readonly Probe[] = [
  {
    claim: 'history-has-each-version-once',
    says: 'The history of a row has every version once, oldest first, each with the change it came by; a repeat adds none.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version, changeId } = await bench.madeRow(device);
      const edit = device.update(key, { rating: 4 }, { baseVersion: version });
      const second = (await device.push(edit)).version(edit);
      await device.push(edit);
      const versions = await historyOf(bench, key);
      const saw = versions.map((entry) => [entry.version, entry.origin.changeId]);
      const want = [
        [version, changeId],
        [second, edit.id],
      ];
      check(shown(saw) === shown(want), { expected: `the versions ${shown(want)}`, saw, row: key });
    },
  },
  {
    claim: 'what-was-lost-is-in-the-history',
    says: 'The values that a decision dropped (`lost`) are kept in the history.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version, changeId } = await bench.madeRow(device);
      const of = { ...key, changeId, againstVersion: version, outcome: 'merged' as const };
      const resolution = device.resolution(of, { data: { notes: 'both' }, lost: { notes: 'dropped words' } });
      (await device.resolve(resolution)).version(resolution);
      const lost = (await historyOf(bench, key)).at(-1)?.lost;
      check(lost?.notes === 'dropped words', { expected: 'the lost notes in the newest line', saw: lost, row: key });
    },
  },
  {
    claim: 'a-rollback-writes-an-old-version-as-a-new-one',
    says: 'A rollback writes the values of an old version at a new number.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version, newest } = await editedRow(bench, device);
      const result = await rolledBack(device, {
        ...key,
        id: bench.newId(),
        againstVersion: newest,
        toVersion: version,
      });
      checkVerdict(result, { status: 'applied', of: 'a rollback', row: key });
      const row = await device.row(key);
      check(row?.data?.notes === 'first' && row.version > newest, {
        expected: 'the first notes at a newer version',
        saw: row,
        row: key,
      });
    },
  },
  {
    claim: 'a-rollback-repeated-has-one-effect',
    says: 'A rollback is idempotent by its id.',
    topic: 'effects doubled',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version, newest } = await editedRow(bench, device);
      const asked = { ...key, id: bench.newId(), againstVersion: newest, toVersion: version };
      await rolledBack(device, asked);
      const after = (await device.row(key))?.version ?? 0;
      const again = await rolledBack(device, asked);
      checkVerdict(again, { status: 'duplicate', first: 'applied', of: 'the rollback again', row: key });
      const row = await device.row(key);
      check(row?.version === after, { expected: `the row still at version ${after}`, saw: row?.version, row: key });
    },
  },
  {
    claim: 'a-stale-rollback-clashes',
    says: 'A rollback against an older version than the newest is `conflict`.',
    topic: 'lost updates',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await editedRow(bench, device);
      const result = await rolledBack(device, {
        ...key,
        id: bench.newId(),
        againstVersion: version,
        toVersion: version,
      });
      checkVerdict(result, { status: 'conflict', of: 'a rollback that does not know the newest version', row: key });
    },
  },
  {
    claim: 'devices-are-listed',
    says: 'The list of devices has every device that registered.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      await device.pull();
      const answer = await bench.ask({ path: calls.devices.path, user: device.user });
      if (isAbsent(answer)) throw new ProbeSkipped('the server lists no devices');
      const devices = (answer.json as DevicesAnswer | undefined)?.devices ?? [];
      check(
        devices.some(({ deviceId }) => deviceId === device.id),
        { expected: `the device ${device.id}`, saw: devices.map(({ deviceId }) => deviceId) },
      );
    },
  },
];

async function historyOf(bench: Bench, { entityType, entityId }: EntityKey): Promise<HistoryAnswer['versions']> {
  const path = `${calls.history.path}/${entityType}/${encodeURIComponent(entityId)}`;
  const answer = await bench.ask({ path, user: bench.own });
  if (isAbsent(answer)) throw new ProbeSkipped('the server has no history');
  if (answer.status !== 200) throw new Unprepared(`a history was answered ${answer.status} ${answer.text}`);
  return (answer.json as HistoryAnswer).versions;
}

async function editedRow(bench: Bench, device: ProbeDevice): Promise<MadeRow & { readonly newest: number }> {
  const made = await bench.madeRow(device);
  const edit = device.update(made.key, { notes: 'second' }, { baseVersion: made.version });
  return { ...made, newest: (await device.push(edit)).version(edit) };
}

async function rolledBack(device: ProbeDevice, body: object) {
  const sender = { deviceId: device.id, registered: device.registered, epoch: device.epoch };
  const answer = await device.ask('/api/sync/rollback', { ...sender, ...body });
  if (isAbsent(answer)) throw new ProbeSkipped('the server has no rollback');
  const [result] = resultsOf(answer);
  if (result === undefined) throw new Unprepared('the rollback has no verdict');
  return result;
}
