import { parseArgs } from 'node:util';
import { nearest } from '../../src/lib/nearest.ts';
import { runsMax } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import { canary, mutants } from './table.ts';

/** What `npm run mutants` is asked for. */
export interface Wanted {
  /** `hunt` finds them, `shrink` makes a long failure of each small, `run` plays scenarios under one. */
  readonly deed: 'hunt' | 'shrink' | 'run';
  readonly mutants: readonly Mutant[];
  /** Whether all of the table are meant: then the canary and the sources as they are belong to it. */
  readonly isWhole: boolean;
  /** The words after `run`. */
  readonly words: readonly string[];
  /** Hunts at a time. */
  readonly atOnce: number;
  /** Stories until a mutant counts as missed. */
  readonly runs: number;
  /** Operations of a story that is to be made small. */
  readonly operations: number;
  /** Where small stories are kept. */
  readonly save: string;
}

/** Wrong usage, told as it is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const options = {
  shrink: { type: 'boolean' },
  'at-once': { type: 'string' },
  runs: { type: 'string' },
  operations: { type: 'string' },
  save: { type: 'string' },
} as const;

/** Reads the words after `npm run mutants --`. Throws {@link UsageError}. */
export function readArguments(argv: readonly string[]): Wanted {
  const runAt = argv.indexOf('run');
  const [own, words] = runAt < 0 ? [argv, []] : [argv.slice(0, runAt), argv.slice(runAt + 1)];
  const { values, positionals } = parsed(own);
  const isShrink = values.shrink === true || positionals.at(-1) === 'shrink';
  const names = positionals.at(-1) === 'shrink' ? positionals.slice(0, -1) : positionals;
  const chosen = names.length === 0 ? mutants : names.map(mutantNamed);
  if (runAt >= 0 && (names.length !== 1 || words.length === 0)) throw new UsageError('say: NAME run FILE');
  return {
    deed: runAt >= 0 ? 'run' : isShrink ? 'shrink' : 'hunt',
    mutants: chosen,
    isWhole: names.length === 0,
    words,
    atOnce: whole(values, 'at-once', 1),
    runs: whole(values, 'runs', runsMax),
    operations: whole(values, 'operations', 400),
    save: values.save ?? '.mutant-stories',
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function mutantNamed(name: string): Mutant {
  const known = [canary, ...mutants];
  const found = known.find((one) => one.name === name);
  if (found !== undefined) return found;
  const meant = nearest(
    name,
    known.map((one) => one.name),
  );
  throw new UsageError(
    `there is no mutant "${name}"${meant === null ? '; the names stand in test/mutants' : `; did you mean ${meant}?`}`,
  );
}

function whole(
  values: Readonly<Record<string, string | boolean | undefined>>,
  name: string,
  otherwise: number,
): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name} ${String(text)}: a whole number from 1 on`);
  return value;
}
