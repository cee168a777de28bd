import { mkdirSync } from 'node:fs';
import type { Wanted } from './arguments.ts';
import { buildMutant } from './build-mutant.ts';
import { type Hunt, hunt } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import { canary } from './table.ts';

/** Stories in which the canary has to show, and stories of the sources as they are that must hold. */
const canaryRuns = 3;
const cleanRuns = 100;

/** Hunts the mutants and prints a line for each. Gives whether all were found, by an invariant and not by a crash. */
export async function huntMutants(wanted: Wanted, tell: (line: string) => void): Promise<boolean> {
  mkdirSync(wanted.save, { recursive: true });
  const isSound = wanted.isWhole ? await checkCanary(wanted, tell) : true;
  if (!isSound) return false;
  let missed = 0;
  const hunted = async (mutant: Mutant): Promise<void> => {
    const found = await huntOne(mutant, wanted.runs, wanted.save);
    if (found.claims.length === 0) missed += 1;
    tell(lineOf(mutant.name, found));
  };
  await eachAtOnce(wanted.mutants, wanted.atOnce, hunted);
  tell(`${wanted.mutants.length - missed} of ${wanted.mutants.length} mutants found`);
  return missed === 0;
}

/** Works on all, so many at a time. */
export async function eachAtOnce<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++) await work(all[at] as T);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** A hunt proves nothing when it would miss what is plain to see, or finds what is not there. */
async function checkCanary({ save }: Wanted, tell: (line: string) => void): Promise<boolean> {
  const found = await huntOne(canary, canaryRuns, save);
  tell(lineOf(canary.name, found));
  const clean = await huntOne(null, cleanRuns, save);
  const isClean = clean.claims.length === 0 && clean.crashes === 0;
  tell(isClean ? `the sources as they are: all holds (${clean.runs} runs)` : lineOf('THE SOURCES AS THEY ARE', clean));
  return found.claims.length > 0 && isClean;
}

async function huntOne(mutant: Mutant | null, runs: number, folder: string): Promise<Hunt> {
  const tool = await buildMutant(mutant);
  try {
    return await hunt(tool, { runs, folder });
  } finally {
    tool.remove();
  }
}

function lineOf(name: string, { claims, runs, crashes }: Hunt): string {
  const told = claims.length > 0 ? claims.join(', ') : crashes > 0 ? 'ONLY A CRASH' : 'NOT FOUND';
  return `${name}: ${told} (${runs} ${runs === 1 ? 'run' : 'runs'})`;
}
