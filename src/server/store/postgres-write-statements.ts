import { statements } from './postgres-statement.ts';

/** What is written to one user's data. The user is always the first parameter. */
export const userWrites = statements({
  addUser: `INSERT INTO guras.users (user_id, counter, written_at) VALUES ($1, 0, 0) ON CONFLICT (user_id) DO NOTHING`,
  putUser: `UPDATE guras.users SET counter = $2, written_at = $3 WHERE user_id = $1`,
  markCounted: `UPDATE guras.users SET counted = counter WHERE user_id = $1`,
  putDevice: `INSERT INTO guras.devices (user_id, device_id, registered_at, last_seen_at, incarnation, last_seq, position,
      app_version, schema_version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (user_id, device_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, incarnation = excluded.incarnation,
      last_seq = excluded.last_seq, position = excluded.position, app_version = excluded.app_version,
      schema_version = excluded.schema_version`,
  putRows: `INSERT INTO guras.rows (user_id, entity_type, entity_id, version, floor, deleted, bytes, data_json, stamps_json,
      field_versions_json, natural_key, updated_at, origin_device, origin_change)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::boolean[], $7::integer[], $8::text[],
      $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::text[])
    ON CONFLICT (user_id, entity_type, entity_id) DO UPDATE SET version = excluded.version, floor = excluded.floor,
      deleted = excluded.deleted, bytes = excluded.bytes, data_json = excluded.data_json, stamps_json = excluded.stamps_json,
      field_versions_json = excluded.field_versions_json, natural_key = excluded.natural_key,
      updated_at = excluded.updated_at, origin_device = excluded.origin_device, origin_change = excluded.origin_change`,
  putVerdicts: `INSERT INTO guras.results (user_id, id, kind, device_id, seq, body_print, entity_type, entity_id, status, version,
      problem_json, resolved_by, at)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::bigint[], $11::text[], $12::text[], $13::bigint[])
    ON CONFLICT (user_id, id) DO UPDATE SET resolved_by = excluded.resolved_by`,
  addHistory: `INSERT INTO guras.history (user_id, entity_type, entity_id, version, deleted, data_json, changed, lost_json,
      outcome, settles, updated_at, origin_device, origin_change)
    SELECT $1, entity_type, entity_id, version, deleted, data_json, changed, lost_json, outcome, settles, updated_at,
      origin_device, origin_change
    FROM unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::text[],
      $10::text[], $11::bigint[], $12::text[], $13::text[]) WITH ORDINALITY AS h (entity_type, entity_id, version, deleted,
      data_json, changed, lost_json, outcome, settles, updated_at, origin_device, origin_change, place)
    ORDER BY place`,
  rememberPurged: `INSERT INTO guras.purged (user_id, entity_type, version)
    SELECT $1, entity_type, max(version) FROM guras.rows WHERE user_id = $1 AND deleted AND updated_at < $2
    GROUP BY entity_type
    ON CONFLICT (user_id, entity_type) DO UPDATE SET version = greatest(purged.version, excluded.version)`,
  markErased: `UPDATE guras.users SET counter = counter + 1, written_at = greatest(written_at, $2), erased_at = $2
    WHERE user_id = $1`,
  readmit: `UPDATE guras.users SET erased_at = NULL WHERE user_id = $1`,
  eraseRows: `DELETE FROM guras.rows WHERE user_id = $1`,
  eraseHistory: `DELETE FROM guras.history WHERE user_id = $1`,
  eraseResults: `DELETE FROM guras.results WHERE user_id = $1`,
  eraseDevices: `DELETE FROM guras.devices WHERE user_id = $1`,
  erasePurged: `DELETE FROM guras.purged WHERE user_id = $1`,
  dropHistory: `DELETE FROM guras.history AS h WHERE h.user_id = $1 AND h.updated_at < $2 AND h.n < (
      SELECT max(n) FROM guras.history
      WHERE user_id = $1 AND entity_type = h.entity_type AND entity_id = h.entity_id)`,
  dropTombstones: `DELETE FROM guras.rows WHERE user_id = $1 AND deleted AND updated_at < $2`,
  dropResults: `DELETE FROM guras.results WHERE user_id = $1
    AND device_id IN (SELECT device_id FROM guras.devices WHERE user_id = $1 AND last_seen_at < $2)`,
  dropDevices: `DELETE FROM guras.devices WHERE user_id = $1 AND last_seen_at < $2`,
});

/** What is written to the catalogue and the facts, which are one for all users. */
export const sharedWrites = statements({
  addEpoch: `INSERT INTO guras.facts (name, value) VALUES ('epoch', $1) ON CONFLICT (name) DO NOTHING`,
  putFact: `UPDATE guras.facts SET value = $2 WHERE name = $1`,
  putCatalogue: `INSERT INTO guras.catalogue (entity_type, entity_id, version, deleted, bytes, data_json, updated_at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::integer[], $6::text[], $7::bigint[])
    ON CONFLICT (entity_type, entity_id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted,
      bytes = excluded.bytes, data_json = excluded.data_json, updated_at = excluded.updated_at`,
  rememberCataloguePurged: `INSERT INTO guras.catalogue_purged (entity_type, version)
    SELECT entity_type, max(version) FROM guras.catalogue WHERE deleted AND updated_at < $1 GROUP BY entity_type
    ON CONFLICT (entity_type) DO UPDATE SET version = greatest(catalogue_purged.version, excluded.version)`,
  dropCatalogueTombstones: `DELETE FROM guras.catalogue WHERE deleted AND updated_at < $1`,
});

/** Lists of users for jobs: they read nothing else, and lead to one transaction per user. */
export const userLists = statements({
  users: `SELECT user_id AS "user" FROM guras.users WHERE user_id > $1 AND erased_at IS NULL ORDER BY user_id LIMIT $2`,
  uncounted: `SELECT user_id AS "user" FROM guras.users WHERE counter > counted AND user_id > $1 ORDER BY user_id LIMIT $2`,
  withTombstonesBefore: `SELECT user_id AS "user" FROM guras.rows WHERE deleted AND updated_at < $1 LIMIT $2`,
  withDevicesBefore: `SELECT user_id AS "user" FROM guras.devices WHERE last_seen_at < $1 LIMIT $2`,
});
