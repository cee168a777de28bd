import { expect, it } from 'vitest';
import { openSqliteStorage } from '../../../src/adapters/node/storage-sqlite.ts';
import { scratchFolder } from '../../cli/scratch.ts';
import { item } from '../../core/queue/sample-item.ts';

const inScratch = scratchFolder();

it('an item comes back with the members that most items lack', () => {
  const storage = openSqliteStorage({ path: inScratch('device.db') });
  const said = { data: { value: 'x' }, stamps: {} };
  const odd = item(1, { schemaVersion: 1, rejoined: ['value'], said });
  storage.transact(() => ({ commit: [{ table: 'items', put: odd }], value: null }));
  expect(storage.read((rows) => rows.get('items', [odd.id]))).toEqual(odd);
  storage.close();
});
