import type { EntityKey } from '../../core/ids.ts';
import type { Bench } from '../bench.ts';
import { session } from '../changes.ts';
import { check, ProbeSkipped } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';
import { checkRefusal, isAbsent } from '../problem-check.ts';

const topic = 'epoch ignored';
const epoch = 'another-epoch';
const changed = { statuses: [410], codes: ['epoch_changed'] };

/** Calls under an epoch that is not the server's. */
export const epochs: readonly Probe[] = [
  {
    claim: 'a-push-under-another-epoch-is-410',
    says: 'A push under another epoch is 410 `epoch_changed` before anything is judged.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      await device.pull();
      const change = device.create(bench.key(), session());
      checkRefusal(await device.askPush([change], { epoch }), { ...changed, of: 'a push under another epoch' });
      await leavesNothing(device, change);
    },
  },
  {
    claim: 'a-resolve-under-another-epoch-is-410',
    says: 'A resolve under another epoch is 410 `epoch_changed` before anything is judged.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version, changeId } = await bench.madeRow(device);
      const of = { ...key, changeId, againstVersion: version, outcome: 'merged' as const };
      const resolution = device.resolution(of, { data: { notes: 'decided' } });
      checkRefusal(await device.askResolve([resolution], { epoch }), {
        ...changed,
        of: 'a resolve under another epoch',
      });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'first', { expected: 'the notes as they were', saw: notes, row: key });
    },
  },
  {
    claim: 'a-digest-under-another-epoch-is-410',
    says: 'A digest under another epoch is 410 `epoch_changed`.',
    topic,
    severity: 'major',
    run: (bench) => refused(bench, '/api/sync/digest', () => ({})),
  },
  {
    claim: 'a-rollback-under-another-epoch-is-410',
    says: 'A rollback under another epoch is 410 `epoch_changed` before anything is judged.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const of = { ...key, id: bench.newId(), againstVersion: version, toVersion: version };
      await refused(bench, '/api/sync/rollback', () => of);
    },
  },
];

async function refused(bench: Bench, path: string, bodyOf: () => object): Promise<void> {
  const device = bench.device();
  await device.pull();
  const answer = await device.ask(path, { deviceId: device.id, registered: true, epoch, ...bodyOf() });
  if (isAbsent(answer)) throw new ProbeSkipped(`the server has no ${path}`);
  checkRefusal(answer, { ...changed, of: `${path} under another epoch` });
}

async function leavesNothing(device: ProbeDevice, change: EntityKey & { readonly id: string }): Promise<void> {
  const row = await device.row(change);
  check(row === undefined, { expected: 'no row of a refused push', saw: row, row: change });
  const { settled } = await device.pull({ unsettled: [change.id], entityTypes: ['meditation'] });
  check(settled.length === 0, { expected: 'no verdict on a change of a refused push', saw: settled, row: change });
}
