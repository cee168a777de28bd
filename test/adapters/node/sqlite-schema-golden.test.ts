import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstVersion } from '../../../src/adapters/node/sqlite-migrations.ts';
import { tables } from '../../../src/core/sync/tables.ts';
import { aConflict, anAcknowledged, anItem, aRecord } from '../../contract/storage-rows.ts';

const golden = join(import.meta.dirname, 'golden', 'sqlite-schema-v1.sql');

describe('the tables in SQLite', () => {
  // Before the first release a change of the declaration rewrites version 1: GURAS_GOLDEN=rewrite. After it, version 1
  // stays as the file says, its statements move into the migration as text, and the change is a migration of its own.
  it('version 1 is the one in the golden file', () => {
    const sql = `${firstVersion().join(';\n')};\n`;
    if (process.env.GURAS_GOLDEN === 'rewrite') fs.writeFileSync(golden, sql);
    expect(sql).toBe(fs.readFileSync(golden, 'utf8'));
  });

  it('indexes of a table that name the same column agree on its value, so that they can share it', () => {
    const samples = {
      items: [anItem('a', 4, { group: 'g', waitsFor: anItem('b', 5).id }), anItem('b', 5)],
      records: [aRecord('a', { naturalKey: 'k' }), aRecord('b')],
      conflicts: [aConflict('c', 'e')],
      journal: [anAcknowledged('a', 7)],
    };
    for (const [table, rows] of Object.entries(samples)) {
      const { key, keyColumns, indexes } = tables[table as 'items'];
      for (const row of rows as ReturnType<typeof anItem>[]) {
        const cells = new Map(keyColumns.map((column, at) => [column, key(row)[at]]));
        for (const index of Object.values(indexes)) {
          const parts = index.kind === 'one' ? index.key(row) : null;
          parts?.forEach((part, at) => {
            const column = index.columns[at] ?? '';
            expect(cells.get(column) ?? part, `${table}.${column}`).toBe(part);
            cells.set(column, part);
          });
        }
      }
    }
  });
});
