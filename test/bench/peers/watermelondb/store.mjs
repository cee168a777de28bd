// A WatermelonDB database on its Node SQLite adapter, set to WAL and the durability asked for.
import { join } from 'node:path';
import { appSchema, Database, Model, tableSchema } from '@nozbe/watermelondb';
import adapterModule from '@nozbe/watermelondb/adapters/sqlite/index.js';
import bridgeModule from '@nozbe/watermelondb/adapters/sqlite/sqlite-node/DatabaseBridge.js';
import loggerModule from '@nozbe/watermelondb/utils/common/logger/index.js';

const SQLiteAdapter = adapterModule.default;
loggerModule.default.silence();

const columns = [
  { name: 'sessionId', type: 'string' },
  { name: 'startedAt', type: 'string' },
  { name: 'completedAt', type: 'string' },
  { name: 'durationSec', type: 'number' },
  { name: 'rating', type: 'number' },
  { name: 'notes', type: 'string' },
];

/** Names of the fields of a row. */
export const fields = columns.map((column) => column.name);

const schema = appSchema({ version: 1, tables: [tableSchema({ name: 'meditation', columns })] });

class Meditation extends Model {
  static table = 'meditation';
}

/**
 * Opens a database in a folder. As shipped the adapter leaves SQLite as it finds it: a rollback journal and FULL, the slow
 * mode that survives a power cut. With `wal` both pragmas are set on its connection, as in the other arms.
 * @param {{ readonly folder: string, readonly name: string, readonly durability: 'NORMAL' | 'FULL', readonly wal: boolean }} options
 */
export async function openStore({ folder, name, durability, wal }) {
  const adapter = new SQLiteAdapter({ dbName: join(folder, name), schema });
  await adapter.initializingPromise;
  const connection = Object.values(bridgeModule.default.connections).at(-1);
  const sqlite = connection.driver.database.instance;
  if (wal) sqlite.pragma('journal_mode = WAL');
  if (wal) sqlite.pragma(`synchronous = ${durability}`);
  const database = new Database({ adapter, modelClasses: [Meditation] });
  const expected = wal ? ['wal', durability === 'FULL' ? 2 : 1] : ['delete', 2];
  return {
    database,
    collection: database.get('meditation'),
    checkDurability: () => checkDurability(sqlite, expected),
    close: () => sqlite.close(),
  };
}

/** Read after the writes: better-sqlite3 may report another level before the first one. */
function checkDurability(sqlite, expected) {
  const found = [sqlite.pragma('journal_mode', { simple: true }), sqlite.pragma('synchronous', { simple: true })];
  if (found.join() !== expected.join()) throw new Error(`journal and synchronous are ${found}, not ${expected}`);
}

/** Sets id and fields of a record that is being made. */
export function fill({ id, data }) {
  return (record) => {
    record._raw.id = id;
    for (const [field, value] of Object.entries(data)) record._setRaw(field, value);
  };
}
