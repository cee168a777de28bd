/**
 * The fault interface, for test worlds only (`--faults`); it asks for no token.
 *
 * `POST /fault` does what the members of its body say, in this order:
 * - `clear: true` drops all armed faults
 * - `restore: NAME` goes on with a kept state, under a new epoch; `keepEpoch: true` under the one it had
 * - `clock: { offsetMs }` sets the server's clock to true time plus that; `clock: { advanceMs }` moves it on
 * - `seed: { users: { NAME: [{ entityType, entityId, data }] }, catalogue: [...] }` puts rows into the store
 * - `raiseEpoch: true` starts a new lineage over the data as it is
 * - `purge: { olderThanMs }` forgets tombstones written at least that long ago, 0 or more
 * - `count: true` runs the job that sums likes and comments into the catalogue
 * - `arm: [...]` arms faults: entries of a fault file (docs/faults.schema.json)
 * - `release: NAME` lets the messages go on that a `hold` keeps
 * - `snapshot: NAME` keeps the state of the store
 *
 * and answers with the state: `{ nowMs, epoch, faults, held, ... }`, as `GET /fault` does. `DELETE /fault` drops all faults.
 * `GET /fault/users/NAME` and `GET /fault/users/NAME/history/TYPE/ID` read beside the network.
 */
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Registry } from '../../core/model/registry.ts';
import type { JsonObject } from '../../lib/json.ts';
import { countAsync } from '../count-catalogue.ts';
import { isDeeperThan } from '../decide/json-depth.ts';
import { refuse } from '../decide/refusal.ts';
import { schemaDetail } from '../decide/schema-detail.ts';
import { type Seed, SeedError, seedAsync } from '../seed.ts';
import { purgeAsync, raiseEpochAsync } from '../upkeep.ts';
import type { FaultDesk } from './fault-desk.ts';
import { addFaultReads } from './fault-reads.ts';
import { RequestRefused } from './request-refused.ts';
import type { ServerClock } from './server-clock.ts';
import { addSnapshotRoutes, keepSnapshot, restoreSnapshot, type SnapshotReach } from './snapshot-routes.ts';

const seedRow = z.strictObject({
  entityType: z.string(),
  entityId: z.string(),
  data: z.record(z.string(), z.unknown()).transform((data) => data as JsonObject),
});

const request = z.strictObject({
  clear: z.literal(true).optional(),
  restore: z.string().optional(),
  keepEpoch: z.boolean().default(false),
  clock: z.strictObject({ offsetMs: z.number().optional(), advanceMs: z.number().optional() }).optional(),
  seed: z
    .strictObject({
      users: z.record(z.string(), z.array(seedRow)).default({}),
      catalogue: z.array(seedRow).default([]),
    })
    .optional(),
  raiseEpoch: z.literal(true).optional(),
  purge: z.strictObject({ olderThanMs: z.number().min(0) }).optional(),
  count: z.literal(true).optional(),
  arm: z.array(z.unknown()).min(1).optional(),
  release: z.string().min(1).optional(),
  snapshot: z.string().optional(),
});

/** What the fault interface reaches. */
export interface FaultReach extends SnapshotReach {
  readonly registry: Registry;
  readonly clock: ServerClock;
  readonly desk: FaultDesk;
}

/** Adds the fault interface to a server. */
export function addFaultRoutes(app: FastifyInstance, reach: FaultReach): void {
  app.post('/fault', async (asked, reply) => {
    const parsed = request.safeParse(asked.body);
    if (!parsed.success) throw new RequestRefused(refuse('invalid_request', schemaDetail(parsed.error)));
    await perform(reach, parsed.data);
    return reply.send(await stateOf(reach));
  });
  app.get('/fault', async (_asked, reply) => reply.send(await stateOf(reach)));
  app.delete('/fault', async (_asked, reply) => {
    reach.desk.clear();
    return reply.send(await stateOf(reach));
  });
  addSnapshotRoutes(app, reach);
  addFaultReads(app, reach);
}

async function stateOf({ store, clock, desk, snapshots }: FaultReach): Promise<object> {
  return { nowMs: clock.now(), epoch: await store.epoch(), ...desk.state(), snapshots: snapshots.names() };
}

async function perform(reach: FaultReach, asked: z.output<typeof request>): Promise<void> {
  const { store, registry, clock, random, desk } = reach;
  if (asked.clear) desk.clear();
  if (asked.restore !== undefined) await restoreSnapshot(reach, { name: asked.restore, keepEpoch: asked.keepEpoch });
  if (asked.clock?.offsetMs !== undefined) clock.setOffset(asked.clock.offsetMs);
  if (asked.clock?.advanceMs !== undefined) clock.advance(asked.clock.advanceMs);
  if (asked.seed !== undefined) await seed(reach, asked.seed);
  if (asked.raiseEpoch) await raiseEpochAsync(store, random);
  if (asked.purge !== undefined) await purgeAsync(store, clock.now(), { tombstoneMs: asked.purge.olderThanMs });
  if (asked.count) await countAsync(store, registry, clock.now());
  if (asked.arm !== undefined) arm(desk, asked.arm);
  if (asked.release !== undefined) release(desk, asked.release);
  if (asked.snapshot !== undefined) await keepSnapshot(reach, asked.snapshot);
}

async function seed({ store, registry, clock }: FaultReach, rows: Seed): Promise<void> {
  try {
    await seedAsync(store, registry, rows, clock.now());
  } catch (error) {
    if (error instanceof SeedError)
      throw new RequestRefused(refuse('invalid_request', error.message), { cause: error });
    throw error;
  }
}

function arm(desk: FaultDesk, written: readonly unknown[]): void {
  const isDeep = isDeeperThan(written, 20);
  const [first, ...rest] = isDeep ? ['a fault is not nested so deeply'] : desk.arm(written);
  if (first !== undefined) throw new RequestRefused(refuse('invalid_request', first, { more: rest }));
}

function release(desk: FaultDesk, name: string): void {
  if (!desk.release(name)) throw new RequestRefused(refuse('invalid_request', `Nothing is held as ${name}.`));
}
