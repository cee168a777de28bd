// npm run mutants: plants each defect of the table into a copy of the sources and plays random stories until one breaks an
// invariant. Prints a line for each; ends 1 when one is missed, is found by a crash alone, or the canary is not found.
//   NAME…            only these
//   NAME run FILE…   plays scenarios under a defect; all that `guras-sync run` takes may follow
//   NAME shrink      finds a story of 400 operations that fails under it, makes it small, plays that with and without it
//   --shrink         the same for all of them
//   --at-once 2      so many at a time;  --runs 1000  --operations 400  --save FOLDER
import { readArguments, UsageError, type Wanted } from './arguments.ts';
import { buildMutant } from './build-mutant.ts';
import { huntMutants } from './hunt-mutants.ts';
import { shrinkMutants } from './shrink-mutants.ts';

const tell = (line: string): void => console.log(line);

async function runUnder({ mutants, words }: Wanted): Promise<number> {
  const tool = await buildMutant(mutants[0] ?? null);
  try {
    return (await tool.show(['run', ...words])).exitCode ?? 1;
  } finally {
    tool.remove();
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const wanted = readArguments(argv);
  if (wanted.deed === 'run') return runUnder(wanted);
  const work = wanted.deed === 'shrink' ? shrinkMutants : huntMutants;
  return (await work(wanted, tell)) ? 0 : 1;
}

// Without this Ctrl-C would leave the folders of the mutants behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
