// How the programs of the tool are bundled: one place for the build and for the tests that run real processes.
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Commands whose compiled code is kept with the tool: those that people and scripts start again and again. */
export const frequentCommands = ['run', 'device', 'queue'];

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Native code stays where it was compiled; only its JavaScript is bundled.
  external: ['better-sqlite3/build/*'],
  alias: { bindings: './bin/sqlite-binding.cjs' },
  // Names are kept and lines stay short: a stack trace must be readable without a map.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'none',
  logLevel: 'warning',
};

/** Bundled CommonJS packages ask for Node's modules by `require`, which an ES module does not have. */
const REQUIRE_FOR_BUNDLED = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('');

/**
 * The programs that the tool starts as processes of their own: every `src/<folder>/worker.ts` as `<folder>-worker.js`.
 *
 * @returns {Record<string, string>}
 */
function workerEntries() {
  const workers = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, 'src', path))
    .filter((path) => basename(path) === 'worker.ts')
    .map((path) => [`${relative(join(root, 'src'), dirname(path)).replaceAll(/[\\/]/g, '-')}-worker`, path]);
  return Object.fromEntries(workers);
}

/** Bundles programs as modules that share chunks. @param {string} outdir @param {Record<string, string>} entryPoints */
async function bundlePrograms(outdir, entryPoints) {
  const banner = { js: REQUIRE_FOR_BUNDLED };
  await build({ ...shared, entryPoints, outdir, chunkNames: '[name]-[hash]', splitting: true, format: 'esm', banner });
}

/**
 * Bundles the tool as one script, whose compiled code V8 can keep in one file (bin/load-tool.mjs). Modules in it run
 * when they are first imported, so a command still runs only what it uses.
 *
 * @param {string} outdir
 */
async function bundleMain(outdir) {
  await build({
    ...shared,
    entryPoints: { tool: join(root, 'src/cli/main.ts') },
    outdir,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // The folder of the package is `new URL('../../', import.meta.url)` from src/<folder>/<file>.ts, from
    // dist/<folder>/<file>.js and from the bundle alike; a script has no import.meta, so it is given.
    define: { 'import.meta.url': 'toolUrl' },
    banner: { js: '(function (exports, module, require, toolUrl) {' },
    footer: { js: '})' },
  });
}

/**
 * Bundles the tool and its workers into a folder; `more` names programs of a test beside them. Rejects when the code
 * can't be bundled; esbuild has then said why.
 *
 * @param {string} outdir
 * @param {Record<string, string>} [more]
 */
export async function bundleTool(outdir, more = {}) {
  // V8 knows the code it compiled only by the length of its source: what belongs to another build must be gone.
  for (const command of frequentCommands) rmSync(join(outdir, `tool-${command}.cache`), { force: true });
  await Promise.all([bundleMain(outdir), bundlePrograms(outdir, { ...workerEntries(), ...more })]);
  copyFileSync(join(root, 'bin/load-tool.mjs'), join(outdir, 'main.js'));
}
