// Completes package-lock.json: names every optional platform package that a locked package declares, and drops registry
// addresses. npm 11 refuses `npm ci` when such an entry is absent, and a registry that mirrors only some platforms
// leaves them out. Run it after each `npm install`; `--check` only reports, with exit code 1 when something is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const OS_NAMES = /darwin|win32|linux|android|freebsd|netbsd|openbsd|sunos|aix|openharmony/;
const CPU_NAMES = /arm64|x64|ia32|riscv64|ppc64|s390x|loong64|mips64el|wasm32|arm/;

/**
 * @typedef {{ version?: string, resolved?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[],
 *   libc?: string[], optionalDependencies?: Record<string, string> }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 */

/**
 * The entry npm would have written for a platform package that the registry did not show.
 * @param {string} name
 * @param {string} range
 * @param {boolean | undefined} isDev
 * @returns {LockEntry}
 */
function platformEntry(name, range, isDev) {
  const os = OS_NAMES.exec(name)?.[0];
  const cpu = CPU_NAMES.exec(name)?.[0];
  const libc = /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return {
    version: range.replace(/^[\^~]/, ''),
    optional: true,
    ...(isDev && { dev: true }),
    ...(os && { os: [os] }),
    ...(cpu && { cpu: [cpu] }),
    ...(libc && { libc: [libc] }),
  };
}

/**
 * True when `name` resolves for the package installed at `at`, searching outwards as Node does.
 * @param {Lock['packages']} packages
 * @param {string} at
 * @param {string} name
 */
function isLocked(packages, at, name) {
  let folder = at;
  for (;;) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[candidate]) return true;
    if (folder === '') return false;
    folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0));
  }
}

/**
 * A complete copy of a lock file, the names that were added, and the count of registry addresses that were dropped.
 * @param {Lock} lock
 */
export function repairLock(lock) {
  const packages = { ...lock.packages };
  /** @type {string[]} */
  const added = [];
  let addressesDropped = 0;
  for (const [at, entry] of Object.entries(lock.packages)) {
    if (entry.resolved?.startsWith('http')) {
      const { resolved: _dropped, ...rest } = entry;
      packages[at] = rest;
      addressesDropped += 1;
    }
    if (at === '') continue;
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(packages, at, name)) continue;
      packages[`node_modules/${name}`] = platformEntry(name, range, entry.dev);
      added.push(name);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added, addressesDropped };
}

function main() {
  const path = new URL('../package-lock.json', import.meta.url);
  const { lock, added, addressesDropped } = repairLock(JSON.parse(readFileSync(path, 'utf8')));
  const isClean = added.length === 0 && addressesDropped === 0;
  if (process.argv.includes('--check')) {
    if (!isClean) {
      console.error(
        `package-lock.json is incomplete (${added.length} platform packages are missing, ${addressesDropped} registry addresses): run npm run repair-lock`,
      );
      process.exitCode = 1;
    }
    return;
  }
  if (!isClean) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    `package-lock.json: ${added.length} platform packages added, ${addressesDropped} registry addresses dropped`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
