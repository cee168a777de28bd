// The two functions an app writes for WatermelonDB's synchronize(), against the raw server.
import { randomUUID } from 'node:crypto';
import { synchronize } from '@nozbe/watermelondb/sync/index.js';
import { calls } from '../../../../src/core/protocol/paths.ts';
import { batchCount, changeOf, deviceIdOf, pullBody, pushBody } from '../../arms/raw/messages.ts';
import { fields } from './store.mjs';

/** The one device that all databases of the process send as: the raw server does not tell them apart. */
export const deviceId = deviceIdOf('77');
/** Below the first version of a server, and yet the positive number that WatermelonDB asks for. */
const BEFORE_ALL = 0.5;

/** One synchronize() of a database: pull, then push. */
export function syncWith({ database, post }) {
  return synchronize({
    database,
    sendCreatedAsUpdated: true,
    pullChanges: ({ lastPulledAt }) => pullAll(post, lastPulledAt ?? BEFORE_ALL),
    pushChanges: ({ changes }) => pushAll(post, changes.meditation),
  });
}

async function pullAll(post, since) {
  // '~' sorts behind every id of the version that was pulled last.
  let cursor = JSON.stringify([since, '~']);
  let timestamp = since;
  const updated = [];
  for (;;) {
    const page = await post(calls.pull.path, pullBody({ deviceId, registered: true, cursor }));
    for (const row of page.changes) {
      updated.push({ id: row.entityId, ...row.data });
      timestamp = row.version;
    }
    cursor = page.cursor;
    if (!page.hasMore) return { changes: { meditation: { created: [], updated, deleted: [] } }, timestamp };
  }
}

async function pushAll(post, { created, updated }) {
  const changes = [
    ...created.map((raw) => toChange(raw, { baseVersion: null, names: fields })),
    ...updated.map((raw) => toChange(raw, { baseVersion: 1, names: raw._changed.split(',') })),
  ];
  for (let start = 0; start < changes.length; start += batchCount) {
    const batch = changes.slice(start, start + batchCount);
    await post(calls.push.path, pushBody({ deviceId, registered: true, epoch: 'raw', changes: batch }));
  }
}

function toChange(raw, { baseVersion, names }) {
  const data = Object.fromEntries(names.map((name) => [name, raw[name]]));
  return changeOf({ id: randomUUID(), seq: 1, entityId: raw.id, baseVersion, data, deviceId });
}
