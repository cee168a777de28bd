/**
 * The tables of the SQLite store, one list of statements per version; a database is brought up by running the lists it has
 * not had yet, each in one transaction. Every table of user data is keyed by user first, so that it can be sharded.
 * Keys are compared bytewise; there is no default that depends on time or chance.
 */
export const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
    `CREATE TABLE users (user TEXT PRIMARY KEY, counter INTEGER NOT NULL, writtenAt INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE TABLE devices (
       user TEXT NOT NULL, deviceId TEXT NOT NULL, registeredAt INTEGER NOT NULL, lastSeenAt INTEGER NOT NULL,
       incarnation TEXT, lastSeq INTEGER NOT NULL, position INTEGER, appVersion TEXT, schemaVersion INTEGER,
       PRIMARY KEY (user, deviceId)) WITHOUT ROWID`,
    `CREATE TABLE rows (
       user TEXT NOT NULL, entityType TEXT NOT NULL, entityId TEXT NOT NULL, version INTEGER NOT NULL,
       floor INTEGER NOT NULL, deleted INTEGER NOT NULL, bytes INTEGER NOT NULL, dataJson TEXT, stampsJson TEXT NOT NULL,
       fieldVersionsJson TEXT NOT NULL, naturalKey TEXT, updatedAt INTEGER NOT NULL, originDevice TEXT NOT NULL,
       originChange TEXT NOT NULL,
       PRIMARY KEY (user, entityType, entityId))`,
    // A page is cut by this index alone: it holds the numbers and the sizes.
    `CREATE INDEX rowsByVersion ON rows (user, entityType, version, bytes)`,
    `CREATE INDEX rowsByNaturalKey ON rows (user, entityType, naturalKey) WHERE naturalKey IS NOT NULL`,
    `CREATE INDEX tombstonesByTime ON rows (updatedAt) WHERE deleted = 1`,
    `CREATE TABLE results (
       user TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, deviceId TEXT NOT NULL, seq INTEGER, bodyPrint TEXT,
       entityType TEXT NOT NULL, entityId TEXT NOT NULL, status TEXT NOT NULL, version INTEGER, problemJson TEXT,
       resolvedBy TEXT, at INTEGER NOT NULL,
       PRIMARY KEY (user, id)) WITHOUT ROWID`,
    `CREATE INDEX resultsByPlace ON results (user, deviceId, seq) WHERE seq IS NOT NULL`,
    `CREATE TABLE history (
       n INTEGER PRIMARY KEY, user TEXT NOT NULL, entityType TEXT NOT NULL, entityId TEXT NOT NULL,
       version INTEGER NOT NULL, deleted INTEGER NOT NULL, dataJson TEXT, changed TEXT NOT NULL, lostJson TEXT,
       outcome TEXT, settles TEXT, updatedAt INTEGER NOT NULL, originDevice TEXT NOT NULL, originChange TEXT NOT NULL)`,
    `CREATE INDEX historyByRow ON history (user, entityType, entityId, n)`,
    `CREATE TABLE purged (user TEXT NOT NULL, entityType TEXT NOT NULL, version INTEGER NOT NULL,
       PRIMARY KEY (user, entityType)) WITHOUT ROWID`,
    `CREATE TABLE catalogue (
       entityType TEXT NOT NULL, entityId TEXT NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL,
       bytes INTEGER NOT NULL, dataJson TEXT, updatedAt INTEGER NOT NULL,
       PRIMARY KEY (entityType, entityId))`,
    `CREATE INDEX catalogueByVersion ON catalogue (entityType, version, bytes)`,
    `CREATE TABLE cataloguePurged (entityType TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID`,
  ],
  [`ALTER TABLE users ADD COLUMN erasedAt INTEGER`],
];
