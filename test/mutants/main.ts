// npm run mutants [-- NAME …]: plants each defect into a copy of the sources and plays random stories until one breaks an
// invariant. Prints a line per mutant; ends 1 when one is not found.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, mutants } from './table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Stories until a mutant counts as missed. */
const runsMax = 1_000;

interface Found {
  readonly runs: number;
  readonly violations: readonly { readonly signature: string }[];
}

/** Plays stories under a defect until one fails. */
function hunt(mutant: Mutant): Found {
  const folder = mkdtempSync(join(root, '.mutant-'));
  try {
    for (const part of ['src', 'package.json', 'tsconfig.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const file = join(folder, mutant.file);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(mutant.old, () => mutant.new),
    );
    const words = [
      'explore',
      '--runs',
      String(runsMax),
      '--until-violation',
      '--no-shrink',
      '--json',
      '--save',
      folder,
    ];
    return JSON.parse(toolOutput(folder, words)) as Found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Standard output of the tool in this folder, however it ends. */
function toolOutput(folder: string, words: readonly string[]): string {
  const start = `import(${JSON.stringify(join(folder, 'src/cli/main.ts'))}).then((m) => m.main(${JSON.stringify(words)})).then((code) => { process.exitCode = code; })`;
  try {
    return execFileSync(process.execPath, ['--import', 'tsx', '-e', start], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1e8,
    });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

const wanted = process.argv.slice(2);
const chosen = mutants.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
let missed = 0;
for (const mutant of chosen) {
  const { runs, violations } = hunt(mutant);
  const claims = violations.flatMap(({ signature }) => signature.split(' ')).filter((claim) => claim !== 'no-crash');
  if (claims.length === 0) missed += 1;
  const told = claims.length === 0 ? (violations.length > 0 ? 'only a crash' : 'NOT FOUND') : claims.join(', ');
  console.log(`${mutant.name}: ${told} (${runs} runs)`);
}
console.log(`${chosen.length - missed} of ${chosen.length} mutants found`);
process.exitCode = missed === 0 && chosen.length > 0 ? 0 : 1;
