import { parseArgs } from 'node:util';
import { type ArmName, armNames } from './arms/arm.ts';

/** What a run of the benchmarks was asked for. */
export interface Options {
  /** Rows of the table; empty: all. */
  readonly rows: readonly string[];
  readonly arms: readonly ArmName[];
  /** Repetitions of raw and ours, 1 or more. */
  readonly reps: number;
  /** Repetitions of each peer, interleaved with the first ones of raw and ours. */
  readonly peerReps: number;
  /** A tenth of the work and three repetitions: shows that everything runs, judges no goal. */
  readonly quick: boolean;
  /** Also a backlog of a million. */
  readonly full: boolean;
  /** Four sizes of each row instead of one, without peers. */
  readonly curve: boolean;
  /** Where to write everything measured as JSON; null: nowhere. */
  readonly json: string | null;
}

/** How the command is used, for people. */
export const usage = `npm run bench -- [row…] [options]
  --reps N        repetitions of raw and ours (9; goals are judged from 9 on)
  --peer-reps N   repetitions of each peer (3)
  --arms A,B      of ${armNames.join(', ')}
  --quick         a tenth of the work, three repetitions
  --full          also a backlog of 1,000,000
  --curve         four sizes for each row, without peers
  --json FILE     write everything measured as JSON
`;

/** The options of a command line. Throws with a sentence for people on anything it does not know. */
export function parseOptions(argv: readonly string[], rowNames: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      reps: { type: 'string' },
      'peer-reps': { type: 'string' },
      arms: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      curve: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const { quick, full, curve } = values;
  const defaultArms = curve ? 'raw,ours' : armNames.join(',');
  return {
    rows: positionals.map((name) => oneOf(name, rowNames)),
    arms: (values.arms ?? defaultArms).split(',').map((name) => oneOf(name, armNames)),
    reps: count('--reps', values.reps ?? (quick || curve ? '3' : '9')),
    peerReps: count('--peer-reps', values['peer-reps'] ?? (quick ? '1' : '3')),
    quick,
    full,
    curve,
    json: values.json ?? null,
  };
}

function oneOf<T extends string>(name: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === name);
  if (found === undefined) throw new Error(`${name} is not known; there are ${known.join(', ')}`);
  return found;
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${flag} takes a whole number from 1, not ${text}`);
  return value;
}
