import type { EntityKey } from '../../core/ids.ts';
import { calls } from '../../core/protocol/paths.ts';
import { session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';
import { checkRefusal, isAbsent } from '../problem-check.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'statuses';
const forked = { statuses: [409], codes: ['device_forked'] };

/** Who sends: copied devices, new lives, devices that the server does not know. */
export const lives: readonly Probe[] = [
  {
    claim: 'an-unknown-life-is-409',
    says: 'A push of a life that does not name the last one that got through is 409 `device_forked`, and changes nothing.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      await bench.madeRow(device);
      device.incarnation = bench.newId();
      const change = device.create(bench.key(), session());
      checkRefusal(await device.askPush([change]), { ...forked, of: 'a push of an unknown life' });
      await leavesNoRow(device, change);
    },
  },
  {
    claim: 'an-unknown-life-may-not-resolve',
    says: 'A resolve of a life that does not name the last one is 409 `device_forked`, and changes nothing.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version, changeId } = await bench.madeRow(device);
      device.incarnation = bench.newId();
      const of = { ...key, changeId, againstVersion: version, outcome: 'merged' as const };
      const answer = await device.askResolve([device.resolution(of, { data: { notes: 'decided' } })]);
      checkRefusal(answer, { ...forked, of: 'a resolve of an unknown life' });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'first', { expected: 'the notes as they were', saw: notes, row: key });
    },
  },
  {
    claim: 'a-new-life-that-names-the-last-goes-on',
    says: 'A life that names the last one in `previousIncarnations` goes on.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      await bench.madeRow(device);
      device.previousIncarnations = [device.incarnation];
      device.incarnation = bench.newId();
      const change = device.create(bench.key(), session());
      checkVerdict((await device.push(change)).of(change), {
        status: 'applied',
        of: 'a change of the next life',
        row: change,
      });
    },
  },
  {
    claim: 'a-taken-place-is-409',
    says: 'A known `seq` with another id is 409 `device_forked`, and changes nothing.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const first = device.create(bench.key(), session());
      (await device.push(first)).version(first);
      const second = { ...device.create(bench.key(), session()), seq: first.seq };
      checkRefusal(await device.askPush([second]), { ...forked, of: 'another id at a known place' });
      await leavesNoRow(device, second);
    },
  },
  {
    claim: 'a-registered-device-that-is-unknown-is-410',
    says: '`registered: true` of a device that the server does not know is 410 `device_unknown`, at every call.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const known = bench.device();
      await known.pull();
      const device = bench.sibling(known);
      device.registered = true;
      const want = { statuses: [410], codes: ['device_unknown'] };
      const change = device.create(bench.key(), session());
      checkRefusal(await device.askPull(), { ...want, of: 'a pull' });
      checkRefusal(await device.askPush([change]), { ...want, of: 'a push' });
      checkRefusal(await device.askResolve([]), { ...want, of: 'a resolve' });
      const digest = await device.ask(calls.digest.path, {
        deviceId: device.id,
        registered: true,
        epoch: device.epoch,
      });
      if (!isAbsent(digest)) checkRefusal(digest, { ...want, of: 'a digest' });
      await leavesNoRow(known, change);
    },
  },
  {
    claim: 'an-unknown-device-is-told-first',
    says: '`device_unknown` is checked before cursor and epoch.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      device.registered = true;
      const want = { statuses: [410], codes: ['device_unknown'] };
      checkRefusal(await device.askPush([], { epoch: 'another-epoch' }), { ...want, of: 'a push under another epoch' });
      checkRefusal(await device.askPull({ cursor: 'nonsense' }), { ...want, of: 'a pull with a strange cursor' });
    },
  },
  {
    claim: 'a-pull-registers',
    says: 'A device that says `registered: false` is registered by its first pull or push.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      await device.pull();
      for (const registered of [true, false]) {
        const { status, text } = await device.askPull({ registered });
        check(status === 200, {
          expected: `a pull with registered: ${registered} to be 200`,
          saw: `${status} ${text}`,
        });
      }
    },
  },
  {
    claim: 'a-newer-protocol-is-426',
    says: 'A protocol version that the server does not speak is 426 `update_required`.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const body = { deviceId: device.id, registered: false };
      const answer = await device.ask(calls.pull.path, body, { headers: { 'x-protocol-version': '999' } });
      checkRefusal(answer, { statuses: [426], of: 'a pull of protocol 999' });
    },
  },
];

async function leavesNoRow(device: ProbeDevice, key: EntityKey): Promise<void> {
  const reader = (await device.askPull()).status === 200 ? device : null;
  const row = await reader?.row(key);
  check(row === undefined, { expected: 'no row of a refused push', saw: row, row: key });
}
