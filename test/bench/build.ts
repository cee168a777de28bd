import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ArmName } from './arms/arm.ts';
import { arms } from './arms/table.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const peersFolder = join(here, 'peers');
/** Built code lies where Node finds the packages it names: those of the main install, or those of the peers. */
const outMain = fileURLToPath(new URL('../../node_modules/.cache/guras-bench', import.meta.url));
const outPeers = join(peersFolder, 'node_modules/.cache/guras-bench');

/** An arm ready to run: the programs to start and the modules they load. */
export interface BuiltArm {
  readonly name: ArmName;
  readonly clientProgram: string;
  readonly clientModule: string;
  readonly serverProgram: string;
  readonly serverModule: string;
}

/**
 * Bundles an arm as the tool itself is bundled: what is measured is what is shipped, without a loader that compiles on
 * the way. Throws when the arm's code can't be built or its packages can't be installed.
 */
export async function buildArm(name: ArmName): Promise<BuiltArm> {
  const files = arms[name];
  if (files.isPeer) installPeers();
  const out = join(files.isPeer ? outPeers : outMain, name);
  const entries = {
    'client-program': fileURLToPath(new URL('./client.ts', import.meta.url)),
    'server-program': fileURLToPath(new URL('./server.ts', import.meta.url)),
    'client-arm': join(here, files.client),
    'server-arm': join(here, files.server),
  };
  await build({
    absWorkingDir: here,
    entryPoints: entries,
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    logLevel: 'silent',
  });
  const built = (file: string): string => join(out, `${file}.mjs`);
  return {
    name,
    clientProgram: built('client-program'),
    clientModule: built('client-arm'),
    serverProgram: built('server-program'),
    serverModule: built('server-arm'),
  };
}

function installPeers(): void {
  if (existsSync(join(peersFolder, 'node_modules', '.package-lock.json'))) return;
  process.stderr.write(`installing the peers into ${basename(peersFolder)}/ (once)\n`);
  // Their native parts come ready built inside the packages: no install script is needed, so none is run.
  const args = ['ci', '--prefix', peersFolder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
