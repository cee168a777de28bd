import { type EntityKey, keyText } from '../../core/ids.ts';
import type { Bench } from '../bench.ts';
import { session } from '../changes.ts';
import { ClaimBroken, check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';

const topic = 'late commits lost';
const onlySessions = { entityTypes: ['meditation'] };

/** What becomes visible while a reader reads along. */
export const lateCommits: readonly Probe[] = [
  {
    claim: 'late-commits-are-not-lost',
    says: 'A smaller number never becomes visible after a larger one was read: a reader that follows many writers misses nothing.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const reader = bench.device();
      await reader.follow(onlySessions);
      const seen = new Set<string>();
      let isWriting = true;
      const written = writeTogether(bench, { writers: 6, each: 6 }).finally(() => {
        isWriting = false;
      });
      while (isWriting) for (const row of await reader.follow({ ...onlySessions, limit: 2 })) seen.add(keyText(row));
      const keys = await written;
      for (const row of await reader.follow(onlySessions)) seen.add(keyText(row));
      for (const key of keys) {
        check(seen.has(keyText(key)), {
          expected: 'every acknowledged row at a reader that follows',
          saw: 'it never came',
          row: key,
        });
      }
    },
  },
  {
    claim: 'versions-are-given-once',
    says: 'Pushes side by side get versions of their own: two transactions never share a number.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const devices = Array.from({ length: 6 }, () => bench.device());
      const made = await Promise.all(devices.map((device) => bench.madeRow(device)));
      const versions = made.map(({ version }) => version);
      check(new Set(versions).size === versions.length, { expected: 'six versions', saw: versions });
    },
  },
  {
    claim: 'verdicts-and-rows-are-one-snapshot',
    says: 'A pull that says `applied` of a change, and has no more pages, has brought its row.',
    topic: 'verdicts missing',
    severity: 'critical',
    run: async (bench) => {
      const [reader, writer] = [bench.device(), bench.device()];
      for (let round = 0; round < 8; round += 1) {
        await reader.follow(onlySessions);
        const change = writer.create(bench.key(), session());
        const pulled = pullUntilSettled(reader, change.id);
        await Promise.all([writer.push(change), pulled]);
        const seen = await pulled;
        check(seen.has(keyText(change)), {
          expected: `the row of ${change.id}, which the same pull calls applied`,
          saw: 'no such row',
          row: change,
        });
      }
    },
  },
];

async function writeTogether(bench: Bench, { writers, each }: { readonly writers: number; readonly each: number }) {
  const lanes = Array.from({ length: writers }, () => bench.device());
  const made = await Promise.all(
    lanes.map(async (lane) => {
      const keys: EntityKey[] = [];
      for (let at = 0; at < each; at += 1) keys.push((await bench.madeRow(lane)).key);
      return keys;
    }),
  );
  return made.flat();
}

/** Pulls until the change is settled; the rows that had come when it was. */
async function pullUntilSettled(reader: ProbeDevice, id: string): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let pulls = 0; pulls < 500; pulls += 1) {
    const page = await reader.pull({ ...onlySessions, cursor: reader.cursor, unsettled: [id] });
    for (const row of page.changes) seen.add(keyText(row));
    reader.cursor = page.cursor;
    if (!page.hasMore && page.settled.some((result) => result.id === id)) return seen;
  }
  throw new ClaimBroken({ expected: `a verdict on ${id} in settled`, saw: 'none in 500 pulls', row: null });
}
