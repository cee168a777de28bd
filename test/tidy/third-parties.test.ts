import { describe, expect, it } from 'vitest';
import { thirdParties } from './rules/third-parties.ts';
import { described, planted, readProject } from './source.ts';

describe('third parties', () => {
  it('the drivers stay in adapters/node, one per file', () => {
    expect(described(thirdParties(readProject()))).toEqual([]);
  });

  it('finds a driver elsewhere, and two in one file', () => {
    const driver = "import Database from 'better-sqlite3';";
    expect(thirdParties([planted('src/server/store/sqlite.ts', driver)])).toHaveLength(1);
    expect(thirdParties([planted('src/server/store/sqlite.ts', driver.replace('import', 'import type'))])).toHaveLength(
      1,
    );
    const two = `${driver}\nimport { Pool } from 'undici';`;
    expect(thirdParties([planted('src/adapters/node/a.ts', two)])).toHaveLength(1);
  });

  it('allows one driver in an adapter, and other libraries anywhere', () => {
    const driver = "import Database from 'better-sqlite3';\nimport { join } from 'node:path';";
    expect(thirdParties([planted('src/adapters/node/a.ts', driver)])).toEqual([]);
    expect(
      thirdParties([planted('src/scenario/a.ts', "import { parse } from 'yaml';\nimport * as z from 'zod';")]),
    ).toEqual([]);
  });
});
