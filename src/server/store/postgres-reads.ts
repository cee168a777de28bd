import { catalogueColumns, deviceColumns, historyColumns, resultColumns, rowColumns } from './postgres-forms.ts';
import { statements } from './postgres-statement.ts';

/*
 * Keys of two parts are joined by a subquery with a limit, which the planner can't turn into a scan of all the user's rows:
 * what a look-up costs does not depend on how many rows the user has.
 */
const byKey = `unnest($2::text[], $3::text[]) AS k (entity_type, entity_id)`;
const sameRow = `user_id = $1 AND entity_type = k.entity_type AND entity_id = k.entity_id`;
const newer = `unnest($2::text[], $3::bigint[]) AS k (entity_type, after)`;

/** What is read of one user. The user is always the first parameter. */
export const userReads = statements({
  head: `SELECT f.value AS epoch, c.value AS "catalogueCounter", u.counter, u.written_at AS "writtenAt", u.erased_at AS "erasedAt"
    FROM guras.facts AS f JOIN guras.facts AS c ON c.name = 'catalogueCounter'
      LEFT JOIN guras.users AS u ON u.user_id = $1
    WHERE f.name = 'epoch'`,
  lock: `SELECT u.counter, u.written_at AS "writtenAt", u.erased_at AS "erasedAt",
      (SELECT value FROM guras.facts WHERE name = 'epoch') AS epoch
    FROM guras.users AS u WHERE u.user_id = $1 FOR UPDATE OF u`,
  devices: `SELECT ${deviceColumns} FROM guras.devices WHERE user_id = $1 AND device_id = ANY ($2::text[])`,
  rows: `SELECT r.* FROM ${byKey} CROSS JOIN LATERAL (
      SELECT ${rowColumns} FROM guras.rows AS r WHERE ${sameRow} LIMIT 1) AS r`,
  verdicts: `SELECT ${resultColumns} FROM guras.results WHERE user_id = $1 AND id = ANY ($2::text[])`,
  places: `SELECT device_id AS "deviceId", seq, min(id) AS id FROM guras.results
    WHERE user_id = $1 AND device_id = $2 AND seq = ANY ($3::bigint[]) GROUP BY device_id, seq`,
  keyHolders: `SELECT r.* FROM unnest($2::text[], $3::text[]) AS k (entity_type, natural_key) CROSS JOIN LATERAL (
      SELECT entity_type AS "entityType", natural_key AS "naturalKey", entity_id AS "entityId" FROM guras.rows
      WHERE user_id = $1 AND entity_type = k.entity_type AND natural_key = k.natural_key ORDER BY entity_id LIMIT 1) AS r`,
  existed: `SELECT h.* FROM ${byKey} CROSS JOIN LATERAL (
      SELECT entity_type AS "entityType", entity_id AS "entityId" FROM guras.history WHERE ${sameRow} LIMIT 1) AS h`,
  effectsAt: `SELECT h.* FROM unnest($2::text[], $3::text[], $4::text[]) AS k (entity_type, entity_id, id)
      CROSS JOIN LATERAL (
        SELECT entity_type AS "entityType", entity_id AS "entityId", origin_change AS id, version FROM guras.history
        WHERE ${sameRow} AND origin_change = k.id ORDER BY n LIMIT 1) AS h`,
  pageHeads: `SELECT r.version, r.bytes FROM ${newer} CROSS JOIN LATERAL (
      SELECT version, bytes FROM guras.rows
      WHERE user_id = $1 AND entity_type = k.entity_type AND version > k.after ORDER BY version LIMIT $4) AS r
    ORDER BY r.version LIMIT $4`,
  pageRows: `SELECT r.* FROM ${newer} CROSS JOIN LATERAL (
      SELECT ${rowColumns} FROM guras.rows AS r
      WHERE user_id = $1 AND entity_type = k.entity_type AND version > k.after AND version <= $4
      ORDER BY version LIMIT 9000000000000000) AS r
    ORDER BY r.version, r."entityType", r."entityId"`,
  pageNext: `SELECT 1 AS more FROM ${newer} CROSS JOIN LATERAL (
      SELECT 1 FROM guras.rows
      WHERE user_id = $1 AND entity_type = k.entity_type AND version > greatest(k.after, $4) LIMIT 1) AS r LIMIT 1`,
  purgedBelow: `SELECT entity_type AS "entityType", version FROM guras.purged
    WHERE user_id = $1 AND entity_type = ANY ($2::text[])`,
  newestBefore: `SELECT r.*, k.before_ms AS "beforeMs" FROM unnest($2::text[], $3::bigint[]) AS k (entity_type, before_ms)
      CROSS JOIN LATERAL (
        SELECT entity_type AS "entityType", version FROM guras.rows
        WHERE user_id = $1 AND entity_type = k.entity_type AND updated_at < k.before_ms
        ORDER BY version DESC LIMIT 1) AS r`,
  liveRows: `SELECT ${rowColumns} FROM guras.rows AS r WHERE user_id = $1 AND entity_type = $2 AND NOT deleted ORDER BY entity_id`,
  history: `SELECT ${historyColumns} FROM guras.history AS h
    WHERE user_id = $1 AND entity_type = $2 AND entity_id = $3 ORDER BY n`,
  allHistory: `SELECT ${historyColumns} FROM guras.history AS h WHERE user_id = $1 ORDER BY entity_type, entity_id, n`,
  allDevices: `SELECT ${deviceColumns} FROM guras.devices WHERE user_id = $1 ORDER BY device_id`,
  allVerdicts: `SELECT ${resultColumns} FROM guras.results WHERE user_id = $1 ORDER BY id`,
  allEffects: `SELECT origin_change AS "originChange", count(*) AS times FROM guras.history WHERE user_id = $1
    GROUP BY origin_change ORDER BY origin_change`,
});

/** What is read of the catalogue and the facts, which are one for all users. */
export const sharedReads = statements({
  epoch: `SELECT value FROM guras.facts WHERE name = 'epoch'`,
  catalogueCounter: `SELECT value FROM guras.facts WHERE name = 'catalogueCounter'`,
  catalogueLock: `SELECT name, value FROM guras.facts WHERE name IN ('catalogueCounter', 'catalogueWrittenAt')
    ORDER BY name FOR UPDATE`,
  catalogueRows: `SELECT r.* FROM unnest($1::text[], $2::text[]) AS k (entity_type, entity_id) CROSS JOIN LATERAL (
      SELECT ${catalogueColumns} FROM guras.catalogue AS r
      WHERE entity_type = k.entity_type AND entity_id = k.entity_id LIMIT 1) AS r`,
  cataloguePageHeads: `SELECT r.version, r.bytes FROM unnest($1::text[], $2::bigint[]) AS k (entity_type, after)
      CROSS JOIN LATERAL (
        SELECT version, bytes FROM guras.catalogue
        WHERE entity_type = k.entity_type AND version > k.after ORDER BY version LIMIT $3) AS r
    ORDER BY r.version LIMIT $3`,
  cataloguePageRows: `SELECT r.* FROM unnest($1::text[], $2::bigint[]) AS k (entity_type, after) CROSS JOIN LATERAL (
      SELECT ${catalogueColumns} FROM guras.catalogue AS r
      WHERE entity_type = k.entity_type AND version > k.after AND version <= $3
      ORDER BY version LIMIT 9000000000000000) AS r
    ORDER BY r.version, r."entityType", r."entityId"`,
  cataloguePageNext: `SELECT 1 AS more FROM unnest($1::text[], $2::bigint[]) AS k (entity_type, after) CROSS JOIN LATERAL (
      SELECT 1 FROM guras.catalogue
      WHERE entity_type = k.entity_type AND version > greatest(k.after, $3) LIMIT 1) AS r LIMIT 1`,
  cataloguePurgedBelow: `SELECT entity_type AS "entityType", version FROM guras.catalogue_purged
    WHERE entity_type = ANY ($1::text[])`,
  catalogueNewestBefore: `SELECT r.*, k.before_ms AS "beforeMs"
    FROM unnest($1::text[], $2::bigint[]) AS k (entity_type, before_ms) CROSS JOIN LATERAL (
      SELECT entity_type AS "entityType", version FROM guras.catalogue
      WHERE entity_type = k.entity_type AND updated_at < k.before_ms ORDER BY version DESC LIMIT 1) AS r`,
});
