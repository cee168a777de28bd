import { session } from '../changes.ts';
import { check, shown } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'limits';

/** Values that no row may have. */
export const refusals: readonly Probe[] = [
  {
    claim: 'an-unknown-type-is-rejected',
    says: 'A change of a type that the server does not know is `rejected`.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const change = { ...device.create(bench.key(), { a: 1 }), entityType: 'conformanceNothing' };
      checkVerdict((await device.push(change)).of(change), {
        status: 'rejected',
        codes: ['unknown_type'],
        of: 'an unknown type',
      });
    },
  },
  {
    claim: 'a-value-out-of-range-is-rejected',
    says: 'A value that breaks its field is `rejected` with a problem that has a code, and is not stored.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      for (const values of [
        { rating: 7 },
        { rating: 'four' },
        { durationSec: -1 },
        { startedAt: 'yesterday' },
        { sessionId: '' },
      ]) {
        const change = device.create(bench.key(), session(values));
        const verdict = (await device.push(change)).of(change);
        checkVerdict(verdict, { status: 'rejected', of: `a meditation with ${shown(values)}`, row: change });
        check(verdict.problem?.code !== undefined, { expected: 'a code that says why', saw: verdict, row: change });
        check((await device.row(change)) === undefined, {
          expected: 'no row of a rejected change',
          saw: 'a row',
          row: change,
        });
      }
    },
  },
  {
    claim: 'a-missing-field-is-rejected',
    says: 'A CREATE without a field that the row needs is `rejected`.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), { notes: 'nothing else' });
      checkVerdict((await device.push(change)).of(change), {
        status: 'rejected',
        of: 'half a meditation',
        row: change,
      });
    },
  },
  {
    claim: 'a-row-too-large-is-refused',
    says: 'A row larger than the server keeps is `rejected`, or 413: it is neither cut nor stored.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session({ notes: 'a'.repeat(2_000_000) }));
      const answer = await device.askPush([change]);
      const status = (answer.json as { readonly results?: readonly { readonly status?: string }[] } | undefined)
        ?.results?.[0]?.status;
      check(answer.status === 413 || status === 'rejected', {
        expected: 'notes of two million characters to be rejected',
        saw: `${answer.status} ${status ?? shown(answer.text)}`,
        row: change,
      });
      const row = await device.row(change);
      check(row === undefined, {
        expected: 'no row of them',
        saw: `notes of ${String(row?.data?.notes).length}`,
        row: change,
      });
    },
  },
  {
    claim: 'a-field-of-the-server-is-not-writable',
    says: 'Fields that belong to the server are refused in `data`.',
    topic: 'catalogue',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const key = bench.key('quotes');
      for (const data of [{ likeCount: 1_000_000 }, { text: 'mine now' }, { likeCounted: 1 }]) {
        const change = device.update(key, data, { baseVersion: 0 });
        const verdict = (await device.push(change)).of(change);
        checkVerdict(verdict, { status: 'rejected', of: `an UPDATE of ${Object.keys(data).join()} of a quote` });
        check(verdict.problem?.code !== 'parent_gone', {
          expected: 'the field to be the reason',
          saw: verdict.problem,
        });
      }
    },
  },
];
