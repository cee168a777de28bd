import type { Prepare } from './sqlite-statements.ts';
import type { Purged } from './store.ts';

/** Forgets old tombstones and devices. What a cursor must not lie below any more is remembered before it goes. */
export function purgeRows(
  prepare: Prepare,
  { tombstonesBeforeMs, devicesBeforeMs }: { readonly tombstonesBeforeMs: number; readonly devicesBeforeMs: number },
): Omit<Purged, 'history'> {
  prepare(
    `INSERT INTO purged (user, entityType, version)
       SELECT user, entityType, max(version) FROM rows WHERE deleted = 1 AND updatedAt < ? GROUP BY user, entityType ORDER BY 1, 2
       ON CONFLICT (user, entityType) DO UPDATE SET version = max(version, excluded.version)`,
  ).run(tombstonesBeforeMs);
  prepare(
    `INSERT INTO cataloguePurged (entityType, version)
       SELECT entityType, max(version) FROM catalogue WHERE deleted = 1 AND updatedAt < ? GROUP BY entityType ORDER BY 1
       ON CONFLICT (entityType) DO UPDATE SET version = max(version, excluded.version)`,
  ).run(tombstonesBeforeMs);
  const own = prepare('DELETE FROM rows WHERE deleted = 1 AND updatedAt < ?').run(tombstonesBeforeMs).changes;
  const shared = prepare('DELETE FROM catalogue WHERE deleted = 1 AND updatedAt < ?').run(tombstonesBeforeMs).changes;
  const results = prepare(
    `DELETE FROM results WHERE EXISTS (SELECT 1 FROM devices AS d
       WHERE d.user = results.user AND d.deviceId = results.deviceId AND d.lastSeenAt < ?)`,
  ).run(devicesBeforeMs).changes;
  const devices = prepare('DELETE FROM devices WHERE lastSeenAt < ?').run(devicesBeforeMs).changes;
  return { tombstones: own + shared, devices, results };
}
