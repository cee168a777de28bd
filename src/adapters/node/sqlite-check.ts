import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from './sqlite-driver.ts';

/**
 * What SQLite's own check says of a copy of a database: of its pages, indexes and references, in words. `files` are its
 * files by what their names end with: `''`, and `-wal` where there is a log. Works on a copy of its own.
 */
export function sqliteProblems(files: ReadonlyMap<string, Buffer>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'guras-check-'));
  const path = join(folder, 'device.db');
  try {
    for (const [part, bytes] of files) writeFileSync(path + part, bytes);
    return problemsAt(path);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function problemsAt(path: string): readonly string[] {
  const database = openSqlite(path);
  try {
    const pages = database.pragma('integrity_check') as readonly { readonly integrity_check: string }[];
    const references = database.pragma('foreign_key_check') as readonly unknown[];
    const broken = pages.map((page) => page.integrity_check).filter((text) => text !== 'ok');
    return references.length === 0 ? broken : [...broken, `${references.length} references lead nowhere`];
  } finally {
    database.close();
  }
}
