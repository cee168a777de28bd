import { decodePull, decodePush } from '../../core/protocol/codec.ts';
import { session } from '../changes.ts';
import type { Answer } from '../line.ts';
import { check, shown } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { resultsOf, Verdicts } from '../probe-device.ts';
import { checkVerdict } from '../verdict-check.ts';

/** What every answer has to be, and that every item gets one. */
export const answers: readonly Probe[] = [
  {
    claim: 'answers-have-the-shape-of-the-contract',
    says: 'Pull, push and resolve answer 200 as JSON with every member the protocol names.',
    topic: 'statuses',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session());
      checkShape('the push', await device.askPush([change]), decodePush);
      checkShape('the pull', await device.askPull(), decodePull);
      checkShape('the resolve', await device.askResolve([]), decodePush);
    },
  },
  {
    claim: 'every-item-gets-a-verdict',
    says: 'The answer to a push has one verdict for each item, under its id.',
    topic: 'verdicts missing',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const changes = Array.from({ length: 60 }, () => device.create(bench.key(), session()));
      const results = resultsOf(await device.askPush(changes));
      for (const { id, entityType, entityId } of changes) {
        const count = results.filter((result) => result.id === id).length;
        check(count === 1, {
          expected: `one verdict on ${id}`,
          saw: `${count} of them`,
          row: { entityType, entityId },
        });
      }
    },
  },
  {
    claim: 'a-bad-item-stops-no-other',
    says: 'One bad item is rejected alone; the items before and behind it are applied.',
    topic: 'verdicts missing',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const [first, last] = [device.create(bench.key(), session()), device.create(bench.key(), session())];
      const bad = device.create(bench.key(), session({ rating: 7 }));
      const answer = await device.askPush([first, bad, last]);
      check(answer.status === 200, {
        expected: 'a push with one bad item to be answered 200, with a verdict each',
        saw: `${answer.status} ${answer.text}`,
      });
      const verdicts = new Verdicts(new Map(resultsOf(answer).map((result) => [result.id, result])));
      checkVerdict(verdicts.of(bad), { status: 'rejected', of: 'a rating of 7' });
      for (const sound of [first, last]) {
        checkVerdict(verdicts.of(sound), { status: 'applied', of: 'a sound item beside a bad one', row: sound });
      }
    },
  },
  {
    claim: 'an-applied-row-is-pulled',
    says: 'What was answered `applied` is in a pull, with the version, the values, the origin and the stamps it was given.',
    topic: 'late commits lost',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const key = bench.key();
      const change = device.create(key, session());
      const version = (await device.push(change)).version(change);
      const row = await device.row(key);
      check(row !== undefined, { expected: 'the applied row in a pull', saw: 'no such row', row: key });
      check(row.version === version && !row.deleted, { expected: `version ${version}`, saw: shown(row), row: key });
      for (const [field, value] of Object.entries(session())) {
        check(row.data?.[field] === value, { expected: `${field} ${shown(value)}`, saw: row.data?.[field], row: key });
        const stamp = row.stamps[field];
        check(stamp === change.stamps[field], { expected: `the stamp of ${field}`, saw: stamp, row: key });
      }
      check(row.origin.changeId === change.id && row.origin.deviceId === device.id, {
        expected: `the origin ${device.id}, ${change.id}`,
        saw: row.origin,
        row: key,
      });
    },
  },
  {
    claim: 'one-epoch-everywhere',
    says: 'Push, pull and resolve of one time name the same epoch.',
    topic: 'epoch ignored',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session());
      const said = [await device.askPull(), await device.askPush([change]), await device.askResolve([])];
      const epochs = said.map(({ json }) => (json as { readonly epoch?: unknown } | undefined)?.epoch);
      check(new Set(epochs).size === 1 && typeof epochs[0] === 'string', { expected: 'one epoch', saw: epochs });
    },
  },
  {
    claim: 'problems-are-problem-documents',
    says: 'A refusal that devices act on (400, 410, 426) is `application/problem+json` and repeats its status.',
    topic: 'problem documents',
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      checkProblem(await device.ask('/api/sync/sync', { deviceId: 7 }));
      checkProblem(await device.askPull({ registered: true }));
      checkProblem(await device.ask('/api/sync/changes', { deviceId: device.id, registered: false }, newer));
    },
  },
  {
    claim: 'an-answer-is-packed-only-if-asked',
    says: 'An answer is packed only in a way that `Accept-Encoding` names.',
    topic: 'body and header abuse',
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      await bench.madeRow(device, { notes: 'a'.repeat(20_000) });
      for (const wanted of ['', 'identity', 'gzip']) {
        const body = { deviceId: device.id, registered: true };
        const { headers } = await device.ask('/api/sync/changes', body, { headers: { 'accept-encoding': wanted } });
        const packed = headers['content-encoding'] ?? 'identity';
        check(packed === 'identity' || packed === wanted, { expected: `an answer for "${wanted}"`, saw: packed });
      }
    },
  },
];

const newer = { headers: { 'x-protocol-version': '999' } };

function checkShape(
  what: string,
  answer: Answer,
  decode: (body: unknown) => { readonly ok: true } | { readonly ok: false; readonly detail: string },
): void {
  check(answer.status === 200, { expected: `${what} to be answered 200`, saw: `${answer.status} ${answer.text}` });
  const type = answer.headers['content-type'] ?? '';
  check(/^application\/json\b/.test(type), { expected: `${what} to be application/json`, saw: type });
  const read = decode(answer.json);
  check(read.ok, { expected: `${what} to have the shape of the protocol`, saw: read.ok ? '' : read.detail });
}

function checkProblem({ status, headers, json, text }: Answer): void {
  check(status >= 400 && status < 500, { expected: 'a refusal', saw: `${status} ${text}` });
  const type = headers['content-type'] ?? '';
  check(/^application\/problem\+json\b/.test(type), {
    expected: `the ${status} to be application/problem+json`,
    saw: type,
  });
  const said = (json as { readonly status?: unknown } | undefined)?.status;
  check(said === undefined || said === status, { expected: `the problem document to say ${status}`, saw: said });
}
