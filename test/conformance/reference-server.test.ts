import { beforeAll, describe, expect, it } from 'vitest';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import { probes } from '../../src/conformance/probes/table.ts';
import { type ConformanceResult, exitCodeOf } from '../../src/conformance/result.ts';
import { type RunOptions, runProbes } from '../../src/conformance/run-probes.ts';
import { drawnUsers } from '../../src/conformance/users.ts';
import { storyTokens } from '../../src/live/story-tokens.ts';
import type { RunningServer, ServerOptions } from '../../src/server/start-server.ts';
import { ownDatabase } from '../postgres/own-database.ts';
import { rightServer, secret } from './right-server.ts';
import { takingTurns } from './wrong-server.ts';

const signed = { auth: { kind: 'hs256', secret } } as const;
const signedUsers = drawnUsers((user) => storyTokens(user, secret));

async function judged(
  options: Partial<ServerOptions>,
  run: Partial<RunOptions> = {},
): Promise<ConformanceResult & { readonly odd: readonly unknown[] }> {
  const server = await rightServer(options);
  try {
    return await asked(server.url, run);
  } finally {
    await server.close();
  }
}

async function asked(url: string, run: Partial<RunOptions> = {}) {
  const result = await runProbes({ url, users: drawnUsers(fixedToken), probes, faults: true, ...run });
  const odd = result.results
    .filter(({ end }) => end !== 'kept')
    .map(({ probe, end, reason, finding }) => [end, probe.claim, reason ?? finding]);
  return { ...result, odd };
}

describe('every claim is kept, and nothing is left behind:', () => {
  let database: string;
  beforeAll(async () => {
    database = await ownDatabase();
  }, 60_000);

  it.each([
    ['SQLite', () => ({})],
    ['PostgreSQL', () => ({ store: { kind: 'postgres', url: database } as const })],
    ['the habits of .NET', () => ({ flavour: 'dotnet' as const })],
  ])(
    '%s',
    async (_, options) => {
      const result = await judged({ ...signed, ...options() }, { users: signedUsers });
      expect(result.odd).toEqual([]);
      expect(result.results.length).toBeGreaterThanOrEqual(60);
      expect(result.cleanUp.left).toEqual([]);
      expect(exitCodeOf(result.results)).toBe(0);
    },
    60_000,
  );

  it('two servers over one database, asked in turn', async () => {
    const store = { kind: 'postgres', url: database } as const;
    const servers: RunningServer[] = [await rightServer({ store }), await rightServer({ store })];
    const front = await takingTurns(servers.map(({ url }) => url));
    try {
      const { odd } = await asked(front.url, { faults: false });
      expect(odd.filter((entry) => (entry as readonly unknown[])[0] !== 'skipped')).toEqual([]);
    } finally {
      await front.close();
      await Promise.all(servers.map((server) => server.close()));
    }
  }, 60_000);
});
