import { afterAll, beforeAll, expect, it } from 'vitest';
import { brandId, type Epoch, type UserId } from '../../src/core/ids.ts';
import type { PullAnswer, PushAnswer } from '../../src/core/protocol/messages.ts';
import { makeServeAsync, type ServeAsync } from '../../src/server/serve-async.ts';
import { PostgresStore } from '../../src/server/store/postgres.ts';
import { testRegistry } from '../server/test-registry.ts';
import { ownDatabase } from './own-database.ts';

const isFull = process.env.GURAS_PROOF === 'full';
const rounds = isFull ? 10_000 : 250;
const writers = 50;
const user = brandId<UserId>('ana');
const stores: PostgresStore[] = [];

beforeAll(async () => {
  const url = await ownDatabase();
  // Two stores stand for two server processes: they share nothing but the database.
  for (let at = 0; at < 2; at += 1) stores.push(await PostgresStore.open({ url, epoch: brandId<Epoch>('e1') }));
}, 60_000);
afterAll(() => Promise.all(stores.map((store) => store.close())));

async function asked<T>(serve: ServeAsync, name: 'push' | 'pull', body: object): Promise<T> {
  const call = { name, user, body, deviceId: null, protocolVersion: 1, schemaVersion: null, appVersion: null };
  const { status, body: text } = await serve(call, Date.now());
  if (status !== 200) throw new Error(`${name} was answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Pushes note after note until told to stop; gives their ids. */
async function write(serve: ServeAsync, deviceId: string, isOver: () => boolean): Promise<readonly string[]> {
  const written: string[] = [];
  for (let seq = 1; !isOver(); seq += 1) {
    const entityId = `${deviceId}-${seq}`;
    const stamps = { title: `${Date.now()}-0000-${deviceId}` };
    const row = { entityType: 'notes', entityId, action: 'CREATE', baseVersion: null, data: { title: 'so' }, stamps };
    const sender = { deviceId, registered: false, incarnation: 'i', previousIncarnations: [], epoch: null };
    const body = { ...sender, changes: [{ id: `c-${entityId}`, seq, ...row, timestamp: Date.now() }] };
    const { results } = await asked<PushAnswer>(serve, 'push', body);
    expect(results[0]?.status).toBe('applied');
    written.push(entityId);
  }
  return written;
}

it(
  `${writers} devices of one user write at once, and a reader misses nothing in ${rounds} rounds of paging`,
  async () => {
    const serves = stores.map((store) => makeServeAsync({ store, registry: testRegistry }));
    const serveOf = (n: number): ServeAsync => serves[n % serves.length] as ServeAsync;
    let isOver = false;
    const writing = Array.from({ length: writers }, (_, n) => write(serveOf(n), `writer-${n}`, () => isOver));
    const seen = new Map<string, number>();
    let newest = 0;
    let cursor: string | null = null;
    let full = 0;
    for (let round = 1; ; round += 1) {
      // Only a page that was asked for when all writers had ended says that there is no more.
      const isLast = isOver;
      const body = {
        deviceId: 'reader',
        registered: round > 1,
        cursor,
        limit: 1 + (round % 7),
        entityTypes: ['notes'],
      };
      const page: PullAnswer = await asked<PullAnswer>(serveOf(round), 'pull', body);
      cursor = page.cursor;
      for (const { entityId, version } of page.changes) {
        // Every push has a number and a row of its own: a number that is passed over is a row that is missed.
        expect([entityId, version]).toEqual([expect.not.stringMatching(/^$/), newest + 1]);
        expect(seen.has(entityId)).toBe(false);
        seen.set(entityId, version);
        newest = version;
      }
      if (page.changes.length > 0) full += 1;
      if (round === rounds) isOver = true;
      if (isOver) await Promise.all(writing);
      if (isLast && !page.hasMore && page.changes.length === 0) break;
    }
    const written = (await Promise.all(writing)).flat();
    process.stdout.write(
      `\n${written.length} pushes of ${writers} devices, ${rounds} rounds, ${full} of them with news\n`,
    );
    expect([...seen.keys()].sort()).toEqual([...written].sort());
    expect(full).toBeGreaterThan(rounds / 2);
  },
  isFull ? 30 * 60_000 : 60_000,
);
