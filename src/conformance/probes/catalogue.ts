import type { EntityKey } from '../../core/ids.ts';
import type { Bench } from '../bench.ts';
import { check, ProbeSkipped } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'catalogue';

/** The shared catalogue and the user's own part of it. */
export const catalogue: readonly Probe[] = [
  {
    claim: 'a-user-makes-no-quote',
    says: 'CREATE of a catalogue row by a user is `rejected`.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key('quotes'), { liked: true });
      checkVerdict((await device.push(change)).of(change), {
        status: 'rejected',
        of: 'a CREATE of a quote',
        row: change,
      });
      check((await device.row(change)) === undefined, { expected: 'no such quote', saw: 'a quote', row: change });
    },
  },
  {
    claim: 'a-user-deletes-no-quote',
    says: 'DELETE of a catalogue row by a user is `rejected`.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const change = device.remove(bench.key('quotes'), 0);
      checkVerdict((await device.push(change)).of(change), {
        status: 'rejected',
        of: 'a DELETE of a quote',
        row: change,
      });
    },
  },
  {
    claim: 'a-part-of-a-missing-quote-is-rejected',
    says: 'A part of a quote that the catalogue does not have is `rejected` `parent_gone`.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const change = device.update(bench.key('quotes'), { liked: true }, { baseVersion: 0 });
      checkVerdict((await device.push(change)).of(change), {
        status: 'rejected',
        codes: ['parent_gone'],
        of: 'a like of a missing quote',
        row: change,
      });
    },
  },
  {
    claim: 'a-quote-and-its-own-part-are-two-rows',
    says: "A like makes the user's own part (`part: user`), with a version of the user's; the catalogue row stays as it is.",
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const key = await someQuote(bench, device);
      const before = (await device.everything(['quotes'])).find(
        ({ part, entityId }) => part === 'catalogue' && entityId === key.entityId,
      );
      const own = await device.row(key);
      const like = device.update(key, { liked: own?.data?.liked !== true }, { baseVersion: own?.version ?? 0 });
      checkVerdict((await device.push(like)).of(like), { status: 'applied', of: 'a like of a quote', row: key });
      const rows = (await device.everything(['quotes'])).filter(({ entityId }) => entityId === key.entityId);
      const shared = rows.find(({ part }) => part === 'catalogue');
      check(shared?.version === before?.version, {
        expected: `the catalogue row at version ${before?.version}`,
        saw: shared,
        row: key,
      });
      const now = rows.find(({ part }) => part === 'user');
      check(now?.data?.liked === like.data?.liked, { expected: "the user's part with the like", saw: now, row: key });
      check(now?.data?.text === undefined, {
        expected: 'no text of the catalogue in the part of the user',
        saw: now?.data,
        row: key,
      });
      const back = device.update(key, { liked: own?.data?.liked === true }, { baseVersion: now?.version ?? 0 });
      (await device.push(back)).version(back);
    },
  },
];

/** A live quote of the catalogue: one that is there, or one that the fault interface puts there. */
async function someQuote(bench: Bench, device: ProbeDevice): Promise<EntityKey> {
  const quotes = await device.everything(['quotes']);
  const found = quotes.find(({ part, deleted }) => part === 'catalogue' && !deleted);
  if (found !== undefined) return { entityType: 'quotes', entityId: found.entityId };
  const desk = await bench.faults().catch((error: unknown) => {
    if (error instanceof ProbeSkipped) throw new ProbeSkipped('the catalogue holds no quote', { cause: error });
    throw error;
  });
  const key = bench.key('quotes');
  await desk.seedQuote(key.entityId);
  return key;
}
