import { beforeAll, describe, expect, it } from 'vitest';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import { session } from '../../src/conformance/changes.ts';
import { probes } from '../../src/conformance/probes/table.ts';
import { type ConformanceResult, exitCodeOf } from '../../src/conformance/result.ts';
import { type RunOptions, runProbes } from '../../src/conformance/run-probes.ts';
import { drawnUsers, givenUsers } from '../../src/conformance/users.ts';
import type { ServerRow } from '../../src/core/protocol/messages.ts';
import type { JsonObject } from '../../src/lib/json.ts';
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

/** The live rows that a user has, as a new device pulls them. */
async function rowsOf(url: string, user: string): Promise<readonly unknown[]> {
  const response = await fetch(`${url}/api/sync/changes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${user}`, 'content-type': 'application/json' },
    body: JSON.stringify({ deviceId: 'reader', registered: false, limit: 10_000 }),
  });
  const { changes } = (await response.json()) as { readonly changes: readonly ServerRow[] };
  return changes
    .filter(({ deleted }) => !deleted)
    .map(({ entityType, entityId, data }) => ({ entityType, entityId, data }))
    .sort((a, b) => (a.entityId < b.entityId ? 1 : -1));
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

  it('a user who exists has what they had before', async () => {
    const data = { totalSessions: 3, totalMinutes: 40, longestStreakDays: 2, lastSessionAt: '2026-02-01T06:30:00Z' };
    const mine = [
      { entityType: 'meditation', entityId: 'mine', data: { ...session() } as JsonObject },
      { entityType: 'meditationStats', entityId: 'me', data },
    ];
    const server = await rightServer({ seed: { users: { ana: mine } } });
    try {
      const { odd, cleanUp } = await asked(server.url, {
        users: givenUsers(fixedToken('ana'), fixedToken('bea')),
        faults: false,
      });
      expect(odd.filter((entry) => (entry as readonly unknown[])[0] !== 'skipped')).toEqual([]);
      expect(cleanUp).toMatchObject({ usersErased: 0, left: [] });
      expect(await rowsOf(server.url, 'ana')).toEqual(mine);
      expect(await rowsOf(server.url, 'bea')).toEqual([]);
    } finally {
      await server.close();
    }
  }, 60_000);

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
