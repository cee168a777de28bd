import { formatDuration, parseDuration } from '../../lib/duration.ts';
import { type Invocation, type Leaf, textAt, textOption } from '../command.ts';
import { type ExitCode, exit, exitAfter, usageError } from '../exit.ts';
import { wholeNumber } from '../whole-number.ts';

/** `shrink`: makes a failing scenario small. */
export const shrink: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'a scenario that fails')
      .option('--seed <text>', 'the seed under which it fails', '1')
      .option('--case <number>', 'only this case of the file', wholeNumber(1, 1_000_000))
      .option('--for <duration>', 'stop after this time on the wall', '1m')
      .option('--runs <number>', 'plays at most (default: 4000)', wholeNumber(1, 1_000_000))
      .option('--save <file>', 'where the small one is kept (default: beside the file, as NAME.small.yaml)'),
  examples: [
    ['shrink failure.yaml --seed 1/412', 'keeps only the steps that the failure needs, each with the reason'],
    ['shrink story.yaml --case 2 --for 5m', 'makes one case of a story written by hand small'],
  ],
  run: async (invocation) => {
    const options = optionsOf(invocation);
    const { shrinkFile } = await import('../shrink-file.ts');
    const stoppedBy = await shrinkFile(options, invocation);
    return stoppedBy === null ? exit.ok : (exitAfter(stoppedBy) as ExitCode);
  },
};

/** What the options ask for, checked. */
export interface ShrinkFileOptions {
  readonly file: string;
  readonly seed: string;
  readonly caseNumber: number | undefined;
  readonly wallMs: number;
  readonly triesMax: number | undefined;
  readonly save: string;
}

function optionsOf(invocation: Invocation): ShrinkFileOptions {
  const file = textAt(invocation, 0);
  const written = textOption(invocation, 'for') ?? '1m';
  const wallMs = parseDuration(written);
  if (wallMs === null || wallMs === 0)
    throw usageError(`--for ${written}: a time with its unit, like ${formatDuration(60_000)}`);
  return {
    file,
    seed: textOption(invocation, 'seed') ?? '1',
    caseNumber: invocation.options.case as number | undefined,
    wallMs,
    triesMax: invocation.options.runs as number | undefined,
    save: textOption(invocation, 'save') ?? `${file.replace(/\.ya?ml$/, '')}.small.yaml`,
  };
}
