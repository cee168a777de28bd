import { userReads } from './postgres-reads.ts';
import type { Session } from './postgres-statement.ts';
import { sharedWrites, userLists, userWrites } from './postgres-write-statements.ts';
import type { PurgeBefore, Purged } from './store.ts';

/** How many rows are looked at together for users that have something to forget. */
const listed = 1_000;

/** Some of the users that have something to forget, as PostgreSQL holds them; none when all is done. */
export async function usersToPurge(session: Session, before: PurgeBefore): Promise<readonly string[]> {
  const dead = await session.rows<{ user: string }>(userLists.withTombstonesBefore, [
    before.tombstonesBeforeMs,
    listed,
  ]);
  const gone = await session.rows<{ user: string }>(userLists.withDevicesBefore, [before.devicesBeforeMs, listed]);
  return [...new Set([...dead, ...gone].map(({ user }) => user))];
}

/** Forgets what is old of one user, alone among their writers. What a cursor must not lie below is remembered first. */
export async function purgeUser(session: Session, user: string, before: PurgeBefore): Promise<Omit<Purged, 'history'>> {
  await session.rows(userReads.lock, [user]);
  const { tombstonesBeforeMs, devicesBeforeMs } = before;
  await session.run(userWrites.rememberPurged, [user, tombstonesBeforeMs]);
  const tombstones = await session.run(userWrites.dropTombstones, [user, tombstonesBeforeMs]);
  const results = await session.run(userWrites.dropResults, [user, devicesBeforeMs]);
  const devices = await session.run(userWrites.dropDevices, [user, devicesBeforeMs]);
  return { tombstones, devices, results };
}

/** Forgets old tombstones of the catalogue, and gives how many. */
export async function purgeCatalogue(session: Session, { tombstonesBeforeMs }: PurgeBefore): Promise<number> {
  await session.run(sharedWrites.rememberCataloguePurged, [tombstonesBeforeMs]);
  return session.run(sharedWrites.dropCatalogueTombstones, [tombstonesBeforeMs]);
}

/** Forgets old lines of a user's history, the newest of each row excepted, and gives how many. */
export async function purgeUserHistory(session: Session, user: string, beforeMs: number): Promise<number> {
  await session.rows(userReads.lock, [user]);
  return session.run(userWrites.dropHistory, [user, beforeMs]);
}
