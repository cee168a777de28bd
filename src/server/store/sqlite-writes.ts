import type { UserId } from '../../core/ids.ts';
import type { DeviceState, HistoryEntry, StoredRow, StoredVerdict, Write } from '../decide/stored.ts';
import type { Prepare } from './sqlite-statements.ts';

/** Makes one write to a user's data. Runs inside a transaction. */
export function applyWrite(prepare: Prepare, user: UserId, write: Write): void {
  switch (write.kind) {
    case 'row':
      putRow(prepare, user, write.row);
      break;
    case 'verdict':
      putVerdict(prepare, user, write.verdict);
      break;
    case 'history':
      addHistory(prepare, user, write.entry);
      break;
    case 'device':
      putDevice(prepare, user, write.device);
      break;
    case 'user': {
      const { counter, writtenAt } = write.user;
      const text = `INSERT INTO users (user, counter, writtenAt) VALUES (?, ?, ?)
        ON CONFLICT (user) DO UPDATE SET counter = excluded.counter, writtenAt = excluded.writtenAt`;
      prepare(text).run(user, counter, writtenAt);
      break;
    }
    case 'erase':
      eraseUser(prepare, user, write.atMs);
      break;
    case 'readmit':
      prepare('UPDATE users SET erasedAt = NULL WHERE user = ?').run(user);
      break;
  }
}

const ownTables = ['rows', 'history', 'results', 'devices', 'purged'];

/** The counter stays: numbers that were given out are never given again. */
function eraseUser(prepare: Prepare, user: UserId, atMs: number): void {
  for (const table of ownTables) prepare(`DELETE FROM ${table} WHERE user = ?`).run(user);
  const text = `INSERT INTO users (user, counter, writtenAt, erasedAt) VALUES (?, 0, ?, ?)
    ON CONFLICT (user) DO UPDATE SET counter = counter + 1, writtenAt = max(writtenAt, excluded.writtenAt),
      erasedAt = excluded.erasedAt`;
  prepare(text).run(user, atMs, atMs);
}

const putRowText = `INSERT INTO rows (user, entityType, entityId, version, floor, deleted, bytes, dataJson, stampsJson,
    fieldVersionsJson, naturalKey, updatedAt, originDevice, originChange)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (user, entityType, entityId) DO UPDATE SET version = excluded.version, floor = excluded.floor,
    deleted = excluded.deleted, bytes = excluded.bytes, dataJson = excluded.dataJson, stampsJson = excluded.stampsJson,
    fieldVersionsJson = excluded.fieldVersionsJson, naturalKey = excluded.naturalKey, updatedAt = excluded.updatedAt,
    originDevice = excluded.originDevice, originChange = excluded.originChange`;

function putRow(prepare: Prepare, user: UserId, row: StoredRow): void {
  prepare(putRowText).run(
    user,
    row.entityType,
    row.entityId,
    row.version,
    row.floor,
    row.deleted ? 1 : 0,
    row.deleted ? 0 : (row.dataJson?.length ?? 0),
    row.dataJson,
    row.stampsJson,
    row.fieldVersionsJson,
    row.naturalKey,
    row.updatedAt,
    row.origin.deviceId,
    row.origin.changeId,
  );
}

const putVerdictText = `INSERT INTO results (user, id, kind, deviceId, seq, bodyPrint, entityType, entityId, status, version,
    problemJson, resolvedBy, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (user, id) DO UPDATE SET resolvedBy = excluded.resolvedBy`;

function putVerdict(prepare: Prepare, user: UserId, verdict: StoredVerdict): void {
  prepare(putVerdictText).run(
    user,
    verdict.id,
    verdict.kind,
    verdict.deviceId,
    verdict.seq,
    verdict.bodyPrint,
    verdict.entityType,
    verdict.entityId,
    verdict.status,
    verdict.version,
    verdict.problem === null ? null : JSON.stringify(verdict.problem),
    verdict.resolvedBy,
    verdict.at,
  );
}

const addHistoryText = `INSERT INTO history (user, entityType, entityId, version, deleted, dataJson, changed, lostJson, outcome,
    settles, updatedAt, originDevice, originChange)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function addHistory(prepare: Prepare, user: UserId, entry: HistoryEntry): void {
  prepare(addHistoryText).run(
    user,
    entry.entityType,
    entry.entityId,
    entry.version,
    entry.deleted ? 1 : 0,
    entry.dataJson,
    JSON.stringify(entry.changed),
    entry.lostJson,
    entry.outcome,
    entry.settles,
    entry.updatedAt,
    entry.origin.deviceId,
    entry.origin.changeId,
  );
}

const putDeviceText = `INSERT INTO devices (user, deviceId, registeredAt, lastSeenAt, incarnation, lastSeq, position, appVersion,
    schemaVersion)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (user, deviceId) DO UPDATE SET lastSeenAt = excluded.lastSeenAt, incarnation = excluded.incarnation,
    lastSeq = excluded.lastSeq, position = excluded.position, appVersion = excluded.appVersion,
    schemaVersion = excluded.schemaVersion`;

function putDevice(prepare: Prepare, user: UserId, device: DeviceState): void {
  prepare(putDeviceText).run(
    user,
    device.deviceId,
    device.registeredAt,
    device.lastSeenAt,
    device.incarnation,
    device.lastSeq,
    device.position,
    device.appVersion,
    device.schemaVersion,
  );
}
