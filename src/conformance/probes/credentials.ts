import { calls } from '../../core/protocol/paths.ts';
import type { Bench } from '../bench.ts';
import type { Answer } from '../line.ts';
import { check, ProbeSkipped } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { isAbsent } from '../problem-check.ts';

const topic = 'statuses';

/** Every address that shows or changes rows of a user. */
const addresses = [
  { method: 'POST', path: calls.pull.path, body: { deviceId: 'nobody', registered: false } },
  { method: 'POST', path: calls.push.path, body: {} },
  { method: 'POST', path: calls.resolve.path, body: {} },
  { method: 'POST', path: calls.digest.path, body: {} },
  { method: 'POST', path: '/api/sync/rollback', body: {} },
  { method: 'GET', path: `${calls.history.path}/meditation/nothing` },
  { method: 'GET', path: calls.devices.path },
  { method: 'GET', path: '/api/users/me/export' },
] as const;

/** What becomes of calls whose token is missing, of another kind, or made up. */
export const credentials: readonly Probe[] = [
  {
    claim: 'a-call-without-a-token-is-401',
    says: 'Every call of the protocol without a token is 401, and names the scheme in `WWW-Authenticate`.',
    topic,
    severity: 'critical',
    run: (bench) => refusesAll(bench, null, 'without a token'),
  },
  {
    claim: 'another-scheme-is-no-token',
    says: 'Credentials of another scheme, and an empty bearer token, are 401.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      await refusesAll(bench, 'Basic YW5hOmFuYQ==', 'with Basic credentials');
      await refusesAll(bench, 'Bearer', 'with an empty bearer token');
    },
  },
  {
    claim: 'a-forged-token-is-401',
    says: 'A token with another signature, or with none (`alg: none`), is 401.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const token = (await bench.own.tokens.current()) ?? '';
      const [head = '', claims = '', signature = ''] = token.split('.');
      if (signature === '') throw new ProbeSkipped('the tokens of this server are not signed');
      await refusesAll(bench, `Bearer ${head}.${claims}.${turned(signature)}`, 'with a wrong signature');
      await refusesAll(bench, `Bearer ${unsignedHead}.${claims}.`, 'with alg none');
      await refusesAll(bench, `Bearer ${head}.${someoneElse}.${signature}`, 'with the claims of another user');
    },
  },
];

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsignedHead = encoded({ alg: 'none', typ: 'JWT' });
const someoneElse = encoded({ sub: 'somebody-else', exp: 4_000_000_000 });

function turned(signature: string): string {
  const first = signature[0] === 'A' ? 'B' : 'A';
  return `${first}${signature.slice(1)}`;
}

async function refusesAll(bench: Bench, authorization: string | null, how: string): Promise<void> {
  for (const { method, path, ...rest } of addresses) {
    const answer = await bench.askAs(authorization, { method, path, ...('body' in rest ? { body: rest.body } : {}) });
    if (!isAbsent(answer)) checkUnauthenticated(answer, `${method} ${path} ${how}`);
  }
}

function checkUnauthenticated({ status, headers, text }: Answer, of: string): void {
  check(status === 401, { expected: `${of} to be answered 401`, saw: `${status} ${text}` });
  const challenge = headers['www-authenticate'] ?? '';
  check(/bearer/i.test(challenge), {
    expected: `${of} to name its scheme in WWW-Authenticate`,
    saw: challenge === '' ? 'no WWW-Authenticate' : challenge,
  });
}
