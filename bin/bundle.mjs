// How the programs of the tool are bundled: one place for the build and for the tests that run real processes.
import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Native code, which finds its compiled half relative to its own folder. */
const CANNOT_BE_BUNDLED = ['better-sqlite3'];

/** Bundled CommonJS packages ask for Node's modules by `require`, which an ES module does not have. */
const REQUIRE_FOR_BUNDLED = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('');

/**
 * The programs of the bundle: the tool, and every `src/<folder>/worker.ts` as `<folder>-worker.js`.
 * Chunks lie flat in dist/bin, so `new URL('../../', import.meta.url)` is the package's folder from src/<folder>/<file>.ts,
 * from dist/<folder>/<file>.js and from the bundle alike.
 *
 * @returns {Record<string, string>}
 */
function toolEntries() {
  const workers = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, 'src', path))
    .filter((path) => basename(path) === 'worker.ts')
    .map((path) => [`${relative(join(root, 'src'), dirname(path)).replaceAll(/[\\/]/g, '-')}-worker`, path]);
  return Object.fromEntries([['main', join(root, 'src/cli/main.ts')], ...workers]);
}

/**
 * Bundles the tool into a folder, one chunk per command, so that a command loads only what it uses; `more` names
 * programs of a test beside it. Rejects when the code can't be bundled; esbuild has then said why.
 *
 * @param {string} outdir
 * @param {Record<string, string>} [more]
 */
export async function bundleTool(outdir, more = {}) {
  await build({
    absWorkingDir: root,
    entryPoints: { ...toolEntries(), ...more },
    outdir,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: CANNOT_BE_BUNDLED,
    banner: { js: REQUIRE_FOR_BUNDLED },
    // Names and lines are kept: they cost no start-up time here, and a stack trace must be readable without a map.
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}
