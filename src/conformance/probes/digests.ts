import { DigestSum, digestBucket } from '../../core/protocol/digest.ts';
import type { DigestAnswer } from '../../core/protocol/messages.ts';
import { calls } from '../../core/protocol/paths.ts';
import { check, ProbeSkipped, Unprepared } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';
import { isAbsent } from '../problem-check.ts';

const topic = 'digest';
const entityTypes = ['meditation'];

/** Count and hash of the rows of a type. */
export const digests: readonly Probe[] = [
  {
    claim: 'a-digest-matches-the-rows',
    says: 'Count and hash of a digest are those of the live rows that a pull brings.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      await bench.madeRow(device);
      const gone = await bench.madeRow(device);
      const remove = device.remove(gone.key, gone.version);
      (await device.push(remove)).version(remove);
      const rows = await device.everything(entityTypes);
      const { types } = await digestOf(device, { entityTypes });
      const sum = new DigestSum();
      for (const row of rows) if (!row.deleted && row.part === 'user') sum.add(row);
      const [want, saw] = [sum.result(), types.meditation];
      check(saw?.count === want.count && saw.hash === want.hash, { expected: JSON.stringify(want), saw });
    },
  },
  {
    claim: 'a-digest-ends-where-a-pull-ends',
    says: "The digest's cursor is that with which a completed pull of these types ends, byte by byte.",
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      await bench.madeRow(device);
      await device.follow({ entityTypes });
      const { cursor } = await digestOf(device, { entityTypes });
      check(cursor === device.cursor, { expected: `the cursor ${device.cursor}`, saw: cursor });
    },
  },
  {
    claim: 'a-bucket-covers-its-rows-only',
    says: 'A digest of a bucket covers the rows whose id belongs to it, and no others.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      const { key } = await bench.madeRow(device);
      await bench.madeRows(device, 3);
      const bucket = digestBucket(key.entityId);
      const rows = await device.everything(entityTypes);
      const want = rows.filter((row) => !row.deleted && digestBucket(row.entityId) === bucket).length;
      const { types } = await digestOf(device, { entityTypes, bucket });
      check(types.meditation?.count === want, {
        expected: `${want} rows in bucket ${bucket}`,
        saw: types.meditation,
        row: key,
      });
    },
  },
];

/** The digest of these types. ProbeSkipped where the server has none. */
async function digestOf(device: ProbeDevice, body: object): Promise<DigestAnswer> {
  const answer = await device.ask(calls.digest.path, { epoch: device.epoch, ...body });
  if (isAbsent(answer)) throw new ProbeSkipped('the server has no digest');
  if (answer.status !== 200) throw new Unprepared(`a digest was answered ${answer.status} ${answer.text}`);
  return answer.json as DigestAnswer;
}
