import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import { probes } from '../../src/conformance/probes/table.ts';
import { type RunOptions, runProbes } from '../../src/conformance/run-probes.ts';
import { drawnUsers } from '../../src/conformance/users.ts';
import { storyTokens } from '../../src/live/story-tokens.ts';
import type { RunningServer } from '../../src/server/start-server.ts';
import { rightServer, secret } from './right-server.ts';
import { trueToken } from './wrong/refusing.ts';
import { wrongServer } from './wrong-server.ts';
import { wrongServers } from './wrong-servers.ts';

/** Claims that only servers with signed tokens can be asked about. */
const signedOnly: readonly string[] = ['a-forged-token-is-401'];

let open: RunningServer;
let signed: RunningServer;

beforeAll(async () => {
  open = await rightServer();
  signed = await rightServer({ auth: { kind: 'hs256', secret } });
});
afterAll(() => Promise.all([open.close(), signed.close()]));

function run(url: string, options: Partial<RunOptions> = {}) {
  return runProbes({ url, users: drawnUsers(fixedToken), probes, faults: true, ...options });
}

it('there is a wrong server for each claim', () => {
  expect(Object.keys(wrongServers).sort()).toEqual(probes.map(({ claim }) => claim).sort());
});

describe('a wrong server is found out:', () => {
  it.each(probes.map((probe) => [probe.claim, probe] as const))('%s', async (claim, probe) => {
    const isSigned = signedOnly.includes(claim);
    if (isSigned) trueToken.text = (await storyTokens('somebody', secret).current()) ?? '';
    const users = drawnUsers(isSigned ? (user) => storyTokens(user, secret) : fixedToken);
    const wrong = await wrongServer(
      isSigned ? signed.url : open.url,
      wrongServers[claim]?.() ?? ((call, forward) => forward(call)),
    );
    try {
      const { results } = await run(wrong.url, { users, probes: [probe] });
      const [result] = results;
      expect(result?.end, `${result?.reason}`).toBe('broken');
      expect(result?.finding?.saw).not.toBe('');
      expect(result?.exchanges.length).toBeGreaterThan(0);
    } finally {
      await wrong.close();
    }
  });
});
