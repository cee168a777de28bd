import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedReads, userReads } from '../../../src/server/store/postgres-reads.ts';
import { postgresMigrations, sharedTables, userTables } from '../../../src/server/store/postgres-schema.ts';
import type { Statement } from '../../../src/server/store/postgres-statement.ts';
import { sharedWrites, userLists, userWrites } from '../../../src/server/store/postgres-write-statements.ts';

const ofUsers: ReadonlySet<string> = new Set(userTables);
const shared: ReadonlySet<string> = new Set(sharedTables);
const texts = (group: Readonly<Record<string, Statement>>) =>
  Object.values(group).map(({ name, text }) => [name, text]);

/** The tables that a statement names, each time it does. */
function tablesOf(text: string): string[] {
  return [...text.matchAll(/guras\.(\w+)/g)].map(([, table]) => table as string);
}

/** What narrows a statement to one user: each table of users' data once, by the first parameter. */
function narrowings(text: string): number {
  const conditions = text.match(/\buser_id = \$1\b/g)?.length ?? 0;
  const inserted = /^INSERT INTO guras\.\w+ \(user_id,[^)]*\)\s+(VALUES \(\$1|SELECT \$1,)/.test(text) ? 1 : 0;
  return conditions + inserted;
}

describe('no statement touches two users', () => {
  test.each([...texts(userReads), ...texts(userWrites)])(
    '%s is narrowed to one user in every table of users',
    (_, text) => {
      const own = tablesOf(text as string).filter((table) => ofUsers.has(table));
      expect(own.length).toBeGreaterThan(0);
      expect(narrowings(text as string)).toBe(own.length);
    },
  );

  test.each([...texts(sharedReads), ...texts(sharedWrites)])('%s reads and writes nothing of users', (_, text) => {
    expect(tablesOf(text as string).filter((table) => !shared.has(table))).toEqual([]);
  });

  test.each(texts(userLists))('%s lists users for jobs and reads nothing else of them', (_, text) => {
    expect(text).toMatch(/^SELECT user_id AS "user" FROM guras\.\w+ WHERE [^;]* LIMIT \$2$/);
  });

  test('no other file of the store holds statements but tables are made, copied whole or locked by them', () => {
    const folder = 'src/server/store/';
    const files = readdirSync(folder).filter((file) =>
      /guras\.\w+ |FROM guras/.test(readFileSync(folder + file, 'utf8')),
    );
    const known = ['copy', 'migrate', 'reads', 'schema', 'state', 'write-statements'].map(
      (name) => `postgres-${name}.ts`,
    );
    expect(files.sort()).toEqual(known);
  });

  test('a statement without its user is found', () => {
    expect(narrowings('SELECT * FROM guras.rows WHERE entity_id = $1')).toBe(0);
    expect(narrowings('DELETE FROM guras.results WHERE user_id = $1 AND id IN (SELECT id FROM guras.rows)')).toBe(1);
    expect(narrowings('INSERT INTO guras.rows (user_id, id) SELECT user_id, id FROM guras.rows')).toBe(0);
  });
});

describe('tables are ready for sharding by user', () => {
  const made = postgresMigrations.flat();

  test('every table is of users or shared', () => {
    const tables = made.flatMap((text) => /^CREATE TABLE guras\.(\w+)/.exec(text)?.[1] ?? []);
    expect(tables.sort()).toEqual([...userTables, ...sharedTables].sort());
  });

  test.each([...userTables])('the key of %s begins with the user', (table) => {
    const text = made.find((statement) => statement.startsWith(`CREATE TABLE guras.${table} (`)) ?? '';
    expect(text).toMatch(/PRIMARY KEY \(user_id[,)]|user_id text COLLATE "C" PRIMARY KEY/);
  });

  test('nothing refers from one table to another, and nothing but the key is unique', () => {
    expect(made.filter((text) => /REFERENCES|UNIQUE/.test(text))).toEqual([]);
  });
});
