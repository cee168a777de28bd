import { collect, type Invocation, type Leaf, textOption, textsOption } from '../command.ts';
import { counted } from '../counted.ts';
import { type ExitCode, exitAfter, usageError } from '../exit.ts';
import { suggestWord } from '../known-word.ts';
import { wholeNumber } from '../whole-number.ts';
import { diagnosticTexts, hasErrors } from './lint.ts';

const stories = ['all', 'failed', 'none'] as const;

/** `run`: plays scenarios in a world and judges them. */
export const run: Leaf = {
  shape: (command) => {
    command
      .argument('<files...>', 'scenarios, or folders of them; - for standard input')
      .option('--on <world>', 'sim (virtual time), embedded (own server, real HTTP) or the URL of a server', 'sim')
      .option(
        '--report <format[:file]>',
        'text, json-lines, junit, ctrf, tap, github or html, to a file or standard output; may be repeated',
        collect,
      )
      .option('--stories <which>', `whose stories the text shows: ${stories.join(', ')}`, 'all')
      .option('--seed <text>', 'every draw of a run is keyed by it', '1')
      .option('--tag <tag>', 'only scenarios with this tag; may be repeated', collect)
      .option('--case <number>', 'only this case of each file', wholeNumber(1, 1_000_000))
      .option('--param <name=value>', 'value of a parameter; may be repeated', collect)
      .option(
        '--speed <factor>',
        'how much faster than life an embedded story runs (default: 60)',
        wholeNumber(1, 10_000),
      )
      .option(
        '--token-file <[user=]file>',
        'with a URL: file with the token, of one user or of all (or set GURAS_TOKEN); may be repeated',
        collect,
      );
  },
  examples: [
    ['run scenarios', 'plays every scenario of a folder in virtual time'],
    ['run scenarios --on embedded --report junit:report.xml', 'the same against a real server, with a report for CI'],
    ['run story.yaml --case 2 --seed 7', 'plays one case again'],
  ],
  run: async (invocation) => {
    const options = optionsOf(invocation);
    const { playScenarios } = await import('../play-scenarios.ts');
    const readings = await readAll(invocation);
    if (hasErrors(readings)) {
      for (const text of await diagnosticTexts(readings)) invocation.output.note(text);
      throw usageError(`${counted(readings.filter(isWrong).length, 'file')} can't be played; nothing was run`);
    }
    const ended = await playScenarios(
      readings.flatMap(({ plans }) => plans),
      { ...options, invocation },
    );
    return ended.stoppedBy === null ? (ended.exitCode as ExitCode) : exitAfter(ended.stoppedBy);
  },
};

/** What the options ask for, checked before anything is read. */
export interface RunOptions {
  readonly on: string;
  readonly reports: readonly string[];
  readonly stories: (typeof stories)[number];
  readonly seed: string;
  readonly tags: readonly string[];
  readonly caseNumber: number | undefined;
  readonly speed: number | undefined;
  readonly tokenFiles: readonly string[];
}

function optionsOf(invocation: Invocation): RunOptions {
  const shown = textOption(invocation, 'stories') ?? 'all';
  const which = stories.find((one) => one === shown);
  if (which === undefined) throw usageError(`--stories ${shown}: there is no such choice`, suggestWord(shown, stories));
  return {
    on: textOption(invocation, 'on') ?? 'sim',
    reports: textsOption(invocation, 'report'),
    stories: which,
    seed: textOption(invocation, 'seed') ?? '1',
    tags: textsOption(invocation, 'tag'),
    caseNumber: invocation.options.case as number | undefined,
    speed: invocation.options.speed as number | undefined,
    tokenFiles: textsOption(invocation, 'tokenFile'),
  };
}

type Reading = Awaited<ReturnType<typeof import('../read-plans.ts').readPlans>>[number];

async function readAll(invocation: Invocation): Promise<readonly Reading[]> {
  const { readPlans } = await import('../read-plans.ts');
  const files = invocation.args[0] as readonly string[];
  return readPlans(files, { params: textsOption(invocation, 'param'), terminal: invocation.terminal });
}

function isWrong(reading: Reading): boolean {
  return hasErrors([reading]);
}
