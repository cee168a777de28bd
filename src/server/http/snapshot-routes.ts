import type { FastifyInstance } from 'fastify';
import type { Random } from '../../ports/random.ts';
import { refuse } from '../decide/refusal.ts';
import { type Snapshots, snapshotName } from '../snapshots.ts';
import type { AsyncStore } from '../store/async-store.ts';
import type { StateCopy } from '../store/state-copy.ts';
import { StoreError } from '../store/store-error.ts';
import { raiseEpochAsync } from '../upkeep.ts';
import { RequestRefused } from './request-refused.ts';

/** What snapshots reach. */
export interface SnapshotReach {
  readonly store: AsyncStore;
  readonly random: Random;
  readonly snapshots: Snapshots;
}

/** Largest state that is taken from outside, bytes. */
const uploadBytesMax = 256_000_000;

/** Keeps the state of the store under a name. */
export async function keepSnapshot({ store, snapshots }: SnapshotReach, name: string): Promise<void> {
  checkName(name);
  snapshots.keep(name, await store.copyOut());
}

/**
 * Goes on with the state kept under a name. Devices may have seen later versions than it holds: the epoch is raised unless it
 * is to be `keepEpoch`.
 */
export async function restoreSnapshot(
  reach: SnapshotReach,
  { name, keepEpoch }: { readonly name: string; readonly keepEpoch: boolean },
): Promise<void> {
  checkName(name);
  await replace(reach.store, JSON.parse(kept(reach.snapshots, name)));
  if (!keepEpoch) await raiseEpochAsync(reach.store, reach.random);
}

/** Adds `GET` and `PUT /fault/snapshots/NAME`: snapshots as files of a client. */
export function addSnapshotRoutes(app: FastifyInstance, { snapshots }: SnapshotReach): void {
  const path = '/fault/snapshots/:name';
  app.get<{ Params: { name: string } }>(path, async ({ params }, reply) => {
    checkName(params.name);
    return reply.type('application/json').send(kept(snapshots, params.name));
  });
  app.put<{ Params: { name: string } }>(path, { bodyLimit: uploadBytesMax }, async ({ params, body }, reply) => {
    checkName(params.name);
    // Whether the store can take it is found out by the restore, which checks it anyhow.
    if (typeof body !== 'object' || body === null) throw refused('A snapshot is a JSON document.');
    snapshots.keep(params.name, body as StateCopy);
    return reply.send({ snapshots: snapshots.names() });
  });
}

async function replace(store: AsyncStore, copy: unknown): Promise<void> {
  try {
    await store.copyIn(copy);
  } catch (error) {
    if (error instanceof StoreError) throw refused(error.message, error);
    throw error;
  }
}

function kept(snapshots: Snapshots, name: string): string {
  const text = snapshots.text(name);
  if (text !== null) return text;
  const names = snapshots.names();
  const known = names.length === 0 ? 'none is kept' : `kept are ${names.join(', ')}`;
  throw new RequestRefused(refuse('not_found', `There is no snapshot ${name}; ${known}.`));
}

function checkName(name: string): void {
  if (!snapshotName.test(name)) throw refused('The name of a snapshot has up to 64 letters, digits, - and _.');
}

function refused(detail: string, cause?: unknown): RequestRefused {
  return new RequestRefused(refuse('invalid_request', detail), { cause });
}
