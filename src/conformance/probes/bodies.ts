import { gzipSync } from 'node:zlib';
import { calls } from '../../core/protocol/paths.ts';
import type { Bench } from '../bench.ts';
import { session } from '../changes.ts';
import type { Answer, Question } from '../line.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkRefusal } from '../problem-check.ts';

const topic = 'body and header abuse';
const refused = [400, 422];
const paths = [calls.pull.path, calls.push.path, calls.resolve.path];

/** Bodies that are no requests: broken, of another shape, of another type, packed in an unknown or broken way. */
export const bodies: readonly Probe[] = [
  {
    claim: 'malformed-json-is-400',
    says: 'A body that is no JSON in UTF-8 is 400 with a problem document.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const broken = [
        '',
        '{',
        '{"deviceId":"a",}',
        'nothing',
        '{}{}',
        Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      ];
      for (const path of paths) {
        for (const body of broken) {
          const answer = await bench.ask({ path, user: bench.own, body, ...(body === '' ? empty : {}) });
          checkRefusal(answer, {
            statuses: body === '' ? [...refused, 415] : refused,
            of: `${path} with ${told(body)}`,
          });
        }
      }
    },
  },
  {
    claim: 'a-body-of-another-shape-is-400',
    says: 'JSON that breaks the schema of a request is 400 or 422, whatever is wrong with it.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const { sender, wrong } = misshapen(bench);
      for (const [path, body] of wrong) {
        const answer = await bench.ask({ path, user: bench.own, body });
        checkRefusal(answer, { statuses: refused, of: `${path} with ${JSON.stringify(body)}` });
      }
      const sound = await bench.ask({ path: calls.push.path, user: bench.own, body: { ...sender, changes: [] } });
      check(sound.status === 200, {
        expected: 'an empty push to be answered 200',
        saw: `${sound.status} ${sound.text}`,
      });
    },
  },
  {
    claim: 'another-content-type-is-refused',
    says: 'A body that is not said to be JSON is 415 (or 400), and is not judged.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
        await refusesPush(
          bench,
          { headers: { 'content-type': type } },
          { statuses: [415, 400], of: `a push as ${type}` },
        );
      }
    },
  },
  {
    claim: 'an-unknown-encoding-is-refused',
    says: 'A body in an unknown `Content-Encoding` is 415 (or 400), and is not judged.',
    topic,
    severity: 'minor',
    run: (bench) =>
      refusesPush(bench, { headers: { 'content-encoding': 'rot13' } }, { statuses: [415, 400], of: 'a push in rot13' }),
  },
  {
    claim: 'a-broken-gzip-body-is-refused',
    says: 'A body that does not unpack is a 4xx, and is not judged.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const whole = gzipSync(JSON.stringify({ deviceId: bench.name('device'), registered: false }));
      const headers = { 'content-encoding': 'gzip' };
      for (const body of [whole.subarray(0, whole.length - 9), Buffer.from('this is not gzip'), Buffer.alloc(0)]) {
        const answer = await bench.ask({ path: calls.pull.path, user: bench.own, body, headers });
        checkRefusal(answer, { statuses: [400, 415, 422], of: `a pull whose gzip is broken (${body.length} bytes)` });
      }
    },
  },
  {
    claim: 'a-gzip-body-is-read',
    says: 'A body may be packed with gzip: it is read as if it were not, or refused with 415.',
    topic: 'body and header abuse',
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session());
      const body = gzipSync(JSON.stringify({ ...device.sender(), changes: [change] }));
      const answer = await device.ask(calls.push.path, body, { headers: { 'content-encoding': 'gzip' } });
      const results = (answer.json as { readonly results?: readonly { readonly status?: string }[] } | undefined)
        ?.results;
      check(answer.status === 415 || (answer.status === 200 && results?.[0]?.status === 'applied'), {
        expected: 'a packed push to be judged, or refused with 415',
        saw: `${answer.status} ${answer.text}`,
      });
    },
  },
];

const empty = { method: 'POST', headers: { 'content-type': 'application/json' } };

function told(body: string | Buffer): string {
  if (typeof body !== 'string') return 'bytes that are not UTF-8';
  return body === '' ? 'an empty body' : `the body ${body}`;
}

function misshapen(bench: Bench): {
  readonly sender: object;
  readonly wrong: readonly (readonly [path: string, body: unknown])[];
} {
  const deviceId = bench.name('device');
  const sender = { deviceId, registered: false, incarnation: 'i', previousIncarnations: [], epoch: null };
  const wrong: readonly (readonly [string, unknown])[] = [
    [calls.pull.path, []],
    [calls.pull.path, null],
    [calls.pull.path, 'text'],
    [calls.pull.path, { registered: false }],
    [calls.pull.path, { deviceId: { a: 1 }, registered: false }],
    [calls.pull.path, { deviceId: 'with space', registered: false }],
    [calls.pull.path, { deviceId: 'a'.repeat(129), registered: false }],
    [calls.pull.path, { deviceId, registered: false, entityTypes: 'meditation' }],
    [calls.pull.path, { deviceId, registered: false, limit: -1 }],
    [calls.push.path, { ...sender, changes: 'none' }],
    [calls.push.path, { ...sender, changes: { 0: {} } }],
    [calls.push.path, { ...sender, previousIncarnations: 'none', changes: [] }],
    [calls.resolve.path, { ...sender, resolutions: 7 }],
  ];
  return { sender, wrong };
}

/** Sends a push that must be refused as a whole, and sees to it that nothing of it was judged. */
async function refusesPush(
  bench: Bench,
  how: Pick<Question, 'headers'>,
  want: { readonly statuses: readonly number[]; readonly of: string },
): Promise<void> {
  const device = bench.device();
  const key = bench.key();
  const change = device.create(key, session());
  const body = { ...device.sender(), changes: [change] };
  const answer: Answer = await bench.ask({ path: calls.push.path, user: device.user, body, ...how });
  checkRefusal(answer, want);
  const row = await device.row(key);
  check(row === undefined, { expected: `${want.of}, refused, to leave no row`, saw: row, row: key });
}
