// Builds dist/: the library as `tsc` output with types, and the tool bundled by esbuild into dist/bin, one chunk per
// command, so that a command loads only what it uses. The result is put together beside dist/ and swapped in at the end:
// a tool that is started during a build finds either the old one or the new one.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const finished = join(root, 'dist');
const fresh = join(root, `dist.new-${process.pid}`);
const stale = join(root, `dist.old-${process.pid}`);

/** Native code, which finds its compiled half relative to its own folder. */
const CANNOT_BE_BUNDLED = ['better-sqlite3'];

/** Bundled CommonJS packages ask for Node's modules by `require`, which an ES module does not have. */
const REQUIRE_FOR_BUNDLED = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('');

/**
 * The programs of the bundle: the tool, and every `src/<folder>/worker.ts` as dist/bin/<folder>-worker.js.
 * Chunks lie flat in dist/bin, so `new URL('../../', import.meta.url)` is the package's folder from src/<folder>/<file>.ts,
 * from dist/<folder>/<file>.js and from the bundle alike.
 */
function bundleEntries() {
  const workers = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, 'src', path))
    .filter((path) => basename(path) === 'worker.ts')
    .map((path) => [`${relative(join(root, 'src'), dirname(path)).replaceAll(/[\\/]/g, '-')}-worker`, path]);
  return Object.fromEntries([['main', join(root, 'src/cli/main.ts')], ...workers]);
}

function emitLibrary() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'src/tsconfig.json', '--outDir', fresh], { cwd: root, stdio: 'inherit' });
}

async function bundleTool() {
  await build({
    absWorkingDir: root,
    entryPoints: bundleEntries(),
    outdir: join(fresh, 'bin'),
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

function swapIn() {
  if (existsSync(finished)) renameSync(finished, stale);
  renameSync(fresh, finished);
  rmSync(stale, { recursive: true, force: true });
}

try {
  emitLibrary();
  await bundleTool();
  swapIn();
} catch (error) {
  // Both tools have already said what is wrong with which line.
  const isReported = error instanceof Error && ('status' in error || 'errors' in error);
  if (!isReported) throw error;
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
