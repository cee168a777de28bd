import { keyText } from '../../core/ids.ts';
import type { PullAnswer, ServerRow } from '../../core/protocol/messages.ts';
import { session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';

const topic = 'paging unstable under writes';
const onlySessions = { entityTypes: ['meditation'] };

/** Pages: every row once, in the order of numbers, whole transactions, stable while others write. */
export const paging: readonly Probe[] = [
  {
    claim: 'pages-hold-every-row-once',
    says: 'Small pages from a cursor to the end hold every row exactly once.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const reader = bench.device();
      await reader.follow(onlySessions);
      const made = await bench.madeRows(bench.device(), 14);
      const rows = (await pagesOf(reader, 3)).flatMap(({ changes }) => changes);
      for (const { key } of made) {
        const count = rows.filter(({ entityId }) => entityId === key.entityId).length;
        check(count === 1, { expected: 'each row once in pages of 3', saw: `it ${count} times`, row: key });
      }
    },
  },
  {
    claim: 'pages-come-in-commit-order',
    says: "The user's rows come in the order of their versions, and later pages hold later versions.",
    topic,
    severity: 'critical',
    run: async (bench) => {
      const reader = bench.device();
      await reader.follow(onlySessions);
      await bench.madeRows(bench.device(), 9);
      const rows = (await pagesOf(reader, 2)).flatMap(({ changes }) => changes);
      const versions = rows.filter(({ part }) => part === 'user').map(({ version }) => version);
      check(isRising(versions), { expected: 'versions that only rise', saw: versions });
    },
  },
  {
    claim: 'a-page-ends-between-numbers',
    says: 'Rows of one transaction share a number, and a page ends only between two numbers.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const reader = bench.device();
      await reader.follow(onlySessions);
      const writer = bench.device();
      const group = { group: bench.name('group'), groupSize: 4 };
      const changes = Array.from({ length: 4 }, () => writer.create(bench.key(), session(), group));
      const verdicts = await writer.push(...changes);
      const numbers = new Set(changes.map((change) => verdicts.version(change)));
      check(numbers.size === 1, { expected: 'one version for the rows of a group', saw: [...numbers] });
      const page = await reader.pull({ cursor: reader.cursor, limit: 1, ...onlySessions });
      const got = page.changes.filter(({ version }) => numbers.has(version)).length;
      check(got === 4, { expected: 'all 4 rows of the number in one page of limit 1', saw: `${got} of them` });
    },
  },
  {
    claim: 'a-limit-is-kept',
    says: 'A page of rows that each have a number of their own holds no more than `limit`.',
    topic: 'limits',
    severity: 'minor',
    run: async (bench) => {
      const reader = bench.device();
      await reader.follow(onlySessions);
      await bench.madeRows(bench.device(), 8);
      const page = await reader.pull({ cursor: reader.cursor, limit: 3, ...onlySessions });
      check(page.changes.length <= 3, { expected: 'at most 3 rows', saw: `${page.changes.length} rows` });
      check(page.hasMore, { expected: 'hasMore while rows are left', saw: 'hasMore: false' });
    },
  },
  {
    claim: 'a-limit-of-nothing-still-moves',
    says: 'A limit of 0, or of a billion, is refused or brought to a sound one: pages never stand still.',
    topic: 'limits',
    severity: 'minor',
    run: async (bench) => {
      const reader = bench.device();
      await reader.follow(onlySessions);
      await bench.madeRow(bench.device());
      for (const limit of [0, 1_000_000_000]) {
        const { status, json, text } = await reader.askPull({ cursor: reader.cursor, limit, ...onlySessions });
        check(status === 200 || status === 400, {
          expected: `limit ${limit} to be 200 or 400`,
          saw: `${status} ${text}`,
        });
        const page = json as PullAnswer;
        const isStill = status === 200 && page.changes.length === 0 && page.hasMore && page.cursor === reader.cursor;
        check(!isStill, {
          expected: `a page that moves with limit ${limit}`,
          saw: 'hasMore without a row or a new cursor',
        });
        check(status !== 200 || page.changes.length > 0 || page.hasMore, {
          expected: 'the waiting row',
          saw: 'the end',
        });
      }
    },
  },
  {
    claim: 'the-same-cursor-gives-the-same-page',
    says: 'A pull whose answer was lost is asked again with the same cursor, and brings the same rows.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const reader = bench.device();
      await reader.follow(onlySessions);
      await bench.madeRows(bench.device(), 4);
      const ask = () => reader.pull({ cursor: reader.cursor, limit: 2, ...onlySessions });
      const [first, again] = [namesOf((await ask()).changes), namesOf((await ask()).changes)];
      check(first.length > 0 && first.join() === again.join(), { expected: `the rows ${first.join()}`, saw: again });
    },
  },
  {
    claim: 'the-end-is-the-end',
    says: 'A pull from the end brings nothing, and says so.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      const reader = bench.device();
      await bench.madeRow(reader);
      await reader.follow(onlySessions);
      const page = await reader.pull({ cursor: reader.cursor, ...onlySessions });
      check(page.changes.length === 0 && !page.hasMore, {
        expected: 'no rows and hasMore: false',
        saw: namesOf(page.changes),
      });
    },
  },
  {
    claim: 'paging-is-stable-under-writes',
    says: 'While others write, pages skip nothing: at the end the reader holds what a fresh pull holds.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const [reader, writer] = [bench.device(), bench.device()];
      await reader.follow(onlySessions);
      const made = await bench.madeRows(writer, 12);
      const held = new Map<string, number>();
      const note = (rows: readonly ServerRow[]): void => {
        for (const row of rows) held.set(keyText(row), row.version);
      };
      for (const { key, version } of made) {
        const edit = writer.update(key, { rating: 4 }, { baseVersion: version });
        const [page] = await Promise.all([
          reader.pull({ cursor: reader.cursor, limit: 2, ...onlySessions }),
          writer.push(edit),
        ]);
        note(page.changes);
        reader.cursor = page.cursor;
      }
      note(await reader.follow(onlySessions));
      const fresh = new Map((await writer.everything(['meditation'])).map((row) => [keyText(row), row.version]));
      for (const { key } of made) {
        const [have, want] = [held.get(keyText(key)), fresh.get(keyText(key))];
        check(have === want, {
          expected: `version ${want} at the reader`,
          saw: have === undefined ? 'no row' : `version ${have}`,
          row: key,
        });
      }
    },
  },
];

async function pagesOf(reader: ProbeDevice, limit: number): Promise<readonly PullAnswer[]> {
  const pages: PullAnswer[] = [];
  for (let hasMore = true; hasMore && pages.length < 1_000; ) {
    const page = await reader.pull({ cursor: reader.cursor, limit, ...onlySessions });
    pages.push(page);
    hasMore = page.hasMore;
    reader.cursor = page.cursor;
  }
  return pages;
}

function isRising(versions: readonly number[]): boolean {
  return versions.every((version, at) => at === 0 || version >= (versions[at - 1] ?? 0));
}

function namesOf(rows: readonly ServerRow[]): readonly string[] {
  return rows.map(keyText);
}
