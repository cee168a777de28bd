import { textFiles } from '../adapters/node/text-files.ts';
import { gurasRegistry } from '../core/model/entities/registry.ts';
import { formatDiagnostic } from '../scenario/language/diagnostic.ts';
import { readFixtures } from '../scenario/language/fixtures.ts';
import { treeOf } from '../scenario/language/tree.ts';
import type { Seed, SeedRow } from '../server/seed.ts';
import type { FixtureRow } from '../stage/stage.ts';
import { usageError } from './exit.ts';

/** The rows of `[user=]file` texts; null for none. Files are fixtures as scenarios name them. */
export function seedOf(texts: readonly string[]): Seed | null {
  if (texts.length === 0) return null;
  const catalogue: SeedRow[] = [];
  const users: Record<string, SeedRow[]> = {};
  for (const text of texts) {
    const { user, file } = split(text);
    const rows = rowsIn(file);
    catalogue.push(...rows.filter(({ part }) => part === 'catalogue'));
    const own = rows.filter(({ part }) => part === 'user');
    if (own.length === 0) continue;
    if (user === null) throw usageError(`${file} has rows of a user`, `say whose they are: --seed-data NAME=${file}`);
    users[user] = [...(users[user] ?? []), ...own];
  }
  return { catalogue, users };
}

function split(text: string): { readonly user: string | null; readonly file: string } {
  const at = text.indexOf('=');
  return at < 1 ? { user: null, file: text } : { user: text.slice(0, at), file: text.slice(at + 1) };
}

function rowsIn(file: string): readonly FixtureRow[] {
  const sources = { file: '', files: textFiles, registry: gurasRegistry };
  const { fixtures, diagnostics } = readFixtures(treeOf({ all: [file] }), sources);
  const wrong = diagnostics.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw usageError(`${file} can't be used: ${wrong.map(formatDiagnostic).join('\n')}`);
  return fixtures.all ?? [];
}
