import { calls } from '../../core/protocol/paths.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';

const topic = 'statuses';

/** Addresses that are not there, and methods that an address does not take. */
export const addresses: readonly Probe[] = [
  {
    claim: 'an-unknown-address-is-404',
    says: 'An address of nothing is 404, never 200 and never 5xx.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      for (const path of ['/api/sync/nothing', '/api/sync/changes/more', '/api/sync/%2e%2e/%2e%2e/etc/passwd']) {
        const { status, text } = await bench.ask({ method: 'POST', path, user: bench.own, body: {} });
        check(status === 404 || status === 405 || status === 400, {
          expected: `${path} to be 404`,
          saw: `${status} ${text}`,
        });
      }
    },
  },
  {
    claim: 'a-wrong-method-is-405',
    says: 'A method that an address does not take is 405 with `Allow`, or 404.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      for (const path of [calls.push.path, calls.pull.path, calls.resolve.path]) {
        const { status, headers, text } = await bench.ask({ method: 'GET', path, user: bench.own });
        check(status === 404 || status === 405, { expected: `GET ${path} to be 405 or 404`, saw: `${status} ${text}` });
        const allow = headers.allow ?? '';
        check(status === 404 || /POST/.test(allow), {
          expected: `the 405 of GET ${path} to name POST in Allow`,
          saw: allow === '' ? 'no Allow' : allow,
        });
      }
    },
  },
];
