// Builds dist/: the library as `tsc` output with types, and the tool bundled by esbuild into dist/bin. The result is put
// together beside dist/ and swapped in at the end: a tool that is started during a build finds either the old one or the
// new one.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTool, frequentCommands } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const finished = join(root, 'dist');
const fresh = join(root, `dist.new-${process.pid}`);
const stale = join(root, `dist.old-${process.pid}`);

function emitLibrary() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'src/tsconfig.json', '--outDir', fresh], { cwd: root, stdio: 'inherit' });
}

/** @param {string} folder */
function keepCompiled(folder) {
  for (const command of frequentCommands) {
    const program = join(root, 'bin/keep-compiled.mjs');
    execFileSync(process.execPath, [program, command, folder], { cwd: root, stdio: 'inherit' });
  }
}

function swapIn() {
  if (existsSync(finished)) renameSync(finished, stale);
  renameSync(fresh, finished);
  rmSync(stale, { recursive: true, force: true });
}

try {
  emitLibrary();
  await bundleTool(join(fresh, 'bin'));
  keepCompiled(join(fresh, 'bin'));
  swapIn();
} catch (error) {
  // Both tools have already said what is wrong with which line.
  const isReported = error instanceof Error && ('status' in error || 'errors' in error);
  if (!isReported) throw error;
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
