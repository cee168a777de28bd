import type { ChosenPins } from '../../explore/draw-story.ts';
import type { Shard } from '../../explore/seed-list.ts';
import { formatDuration, parseDuration } from '../../lib/duration.ts';
import type { Invocation, Leaf } from '../command.ts';
import { textOption } from '../command.ts';
import { type ExitCode, exitAfter, usageError } from '../exit.ts';
import { readPins } from '../pins-file.ts';
import { readShard } from '../shard-option.ts';
import { wholeNumber } from '../whole-number.ts';

/** `explore`: plays random stories and judges them by a ledger. */
export const explore: Leaf = {
  shape: (command) =>
    command
      .option(
        '--runs <number>',
        'stories to play (default: 200, or until --for has passed)',
        wholeNumber(1, 100_000_000),
      )
      .option('--for <duration>', 'stop after this time on the wall: 30s, 10m')
      .option('--seed <text>', 'every draw is keyed by it', '1')
      .option('--from <number>', 'number of the first story', wholeNumber(0, 1_000_000_000))
      .option('--operations <number>', 'steps of each story (default: drawn, 20 to 120)', wholeNumber(1, 100_000))
      .option('--workers <number>', 'processes that play (default: 1)', wholeNumber(1, 256))
      .option('--save <folder>', 'where a failure is kept as a scenario', '.')
      .option('--until-violation', 'end with the first failure')
      .option('--no-shrink', 'keep failures as they were drawn')
      .option('--twice', 'play every story twice and compare (default: one in 50)')
      .option('--choices <file>', 'with --runs 1: write every choice of the run down')
      .option('--pins <file>', 'hold choices to what such a file says')
      .option('--shard <part>', 'play one part of the campaign: 2/5, auto, auto/5')
      .option('--merge <files...>', 'sum up what the parts of a campaign wrote with --json; plays nothing'),
  examples: [
    ['explore --for 10m --workers 2', 'looks for broken invariants for ten minutes'],
    ['explore --seed 7 --from 93 --runs 1', 'plays one story again'],
    ['explore --runs 100000 --shard 2/5 --json > 2.json', 'plays every fifth story of a campaign'],
    ['explore --merge 1.json 2.json 3.json 4.json 5.json', 'sums its parts up'],
  ],
  run: async (invocation) => {
    const files = invocation.options.merge as readonly string[] | undefined;
    if (files !== undefined) return tellMerged(files, invocation);
    const options = optionsOf(invocation);
    const { runCampaign } = await import('../run-campaign.ts');
    const ended = await runCampaign(options, invocation);
    return ended.stoppedBy === null ? ended.exitCode : exitAfter(ended.stoppedBy);
  },
};

async function tellMerged(files: readonly string[], { output }: Invocation): Promise<ExitCode> {
  const [{ mergeReportFiles }, { tellCampaign }] = await Promise.all([
    import('../merge-reports.ts'),
    import('../tell-campaign.ts'),
  ]);
  return tellCampaign(output, { report: mergeReportFiles(files), isStopped: false });
}

/** What the options ask for, checked. */
export interface ExploreOptions {
  readonly seed: string;
  readonly from: number;
  /** Null: until the time has passed. */
  readonly runs: number | null;
  readonly forMs: number | null;
  readonly operations: number | undefined;
  readonly workers: number;
  readonly save: string;
  readonly untilViolation: boolean;
  readonly shrink: boolean;
  /** Whether every story is played twice; otherwise a sample is. */
  readonly twice: boolean;
  readonly shard: Shard;
  /** Choices that are held to a value, or undefined. */
  readonly pins: ChosenPins | undefined;
  /** Where the choices of the one run are written, or undefined. */
  readonly choices: string | undefined;
}

/** What is said of choices; they are told of one run alone. */
function pinsOf(invocation: Invocation, runs: number | undefined): Pick<ExploreOptions, 'pins' | 'choices'> {
  const [pins, choices] = [textOption(invocation, 'pins'), textOption(invocation, 'choices')];
  if (choices !== undefined && runs !== 1) throw usageError('--choices writes those of one run', 'add --runs 1');
  return { pins: pins === undefined ? undefined : readPins(pins), choices };
}

const runsDefault = 200;

function optionsOf(invocation: Invocation): ExploreOptions {
  const { options } = invocation;
  const written = textOption(invocation, 'for');
  const forMs = written === undefined ? null : parseDuration(written);
  if (written !== undefined && (forMs === null || forMs === 0))
    throw usageError(`--for ${written}: a time with its unit, like ${formatDuration(600_000)}`);
  const runs = options.runs as number | undefined;
  return {
    seed: textOption(invocation, 'seed') ?? '1',
    from: (options.from as number | undefined) ?? 0,
    runs: runs ?? (forMs === null ? runsDefault : null),
    forMs,
    operations: options.operations as number | undefined,
    workers: (options.workers as number | undefined) ?? 1,
    save: textOption(invocation, 'save') ?? '.',
    untilViolation: options.untilViolation === true,
    shrink: options.shrink !== false,
    twice: options.twice === true,
    ...pinsOf(invocation, runs),
    shard: readShard(textOption(invocation, 'shard'), invocation.terminal.environment),
  };
}
