import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Wanted } from './arguments.ts';
import { type BuiltTool, buildMutant } from './build-mutant.ts';
import { hunt } from './hunt.ts';
import { eachAtOnce } from './hunt-mutants.ts';
import type { Mutant } from './mutant.ts';

/** Steps and time that a small story may have: the goal of docs/explore.md. */
const stepsMax = 10;
const wallMaxMs = 60_000;

/** What becomes of a long failure under a mutant. */
interface Small {
  readonly file: string;
  readonly steps: number;
  readonly before: number;
  readonly wallMs: number;
  readonly tries: number;
  readonly signature: string;
  readonly isSteady: boolean;
}

/** Finds a long failing story under each mutant, makes it small, and plays that with and without the defect. */
export async function shrinkMutants(wanted: Wanted, tell: (line: string) => void): Promise<boolean> {
  mkdirSync(wanted.save, { recursive: true });
  const sound = await buildMutant(null);
  let good = 0;
  try {
    await eachAtOnce(wanted.mutants, wanted.atOnce, async (mutant) => {
      const line = await shrinkOne(mutant, sound, wanted);
      if (line.isGood) good += 1;
      tell(line.text);
    });
  } finally {
    sound.remove();
  }
  tell(
    `${good} of ${wanted.mutants.length} mutants: at most ${stepsMax} steps in ${wallMaxMs / 1_000} s, failing only under the mutant`,
  );
  return good === wanted.mutants.length;
}

interface Line {
  readonly isGood: boolean;
  readonly text: string;
}

async function shrinkOne(mutant: Mutant, sound: BuiltTool, { runs, operations, save }: Wanted): Promise<Line> {
  const tool = await buildMutant(mutant);
  try {
    const { file, seed } = await hunt(tool, { runs, operations, folder: save });
    if (file === null || seed === null) return { isGood: false, text: `${mutant.name}: NOT FOUND in ${runs} runs` };
    const small = await makeSmall(tool, { file, seed, save: join(save, `${mutant.name}.yaml`) });
    const asked = small.isSteady ? [] : ['--seed', seed];
    const sim = await bothWays({ tool, sound }, [small.file, ...asked]);
    const embedded = await bothWays({ tool, sound }, [small.file, ...asked, '--on', 'embedded']);
    const isGood = small.steps <= stepsMax && small.wallMs <= wallMaxMs && sim === 'fails, passes';
    return { isGood, text: lineOf(mutant.name, { small, sim, embedded }) };
  } finally {
    tool.remove();
  }
}

async function makeSmall(
  tool: BuiltTool,
  { file, seed, save }: { readonly file: string; readonly seed: string; readonly save: string },
): Promise<Small> {
  const { stdout } = await tool.run(['shrink', file, '--seed', seed, '--save', save, '--json']);
  return JSON.parse(stdout) as Small;
}

/** How a scenario ends under the mutant and without it, in words. */
async function bothWays(
  { tool, sound }: { readonly tool: BuiltTool; readonly sound: BuiltTool },
  words: readonly string[],
): Promise<string> {
  const ends = [await tool.run(['run', ...words, '--json']), await sound.run(['run', ...words, '--json'])];
  return ends.map(({ exitCode }) => endings.get(exitCode) ?? `ends with ${exitCode}`).join(', ');
}

const endings: ReadonlyMap<number | null, string> = new Map([
  [0, 'passes'],
  [1, 'fails'],
  [3, 'can not'],
]);

function lineOf(
  name: string,
  { small, sim, embedded }: { readonly small: Small; readonly sim: string; readonly embedded: string },
): string {
  const { steps, before, wallMs, tries, signature } = small;
  const how = `${before} to ${steps} steps in ${Math.round(wallMs / 1_000)} s (${tries} plays)`;
  return `${name}: ${how}; sim ${sim}; embedded ${embedded}; ${signature}`;
}
