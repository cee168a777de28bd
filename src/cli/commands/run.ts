import { type SweepKeyword, sweepKeywords } from '../../scenario/sweep/keywords.ts';
import type { Flavour } from '../../server/http/app.ts';
import { collect, type Invocation, isOn, type Leaf, textOption, textsOption } from '../command.ts';
import { counted } from '../counted.ts';
import { type ExitCode, exitAfter, usageError } from '../exit.ts';
import { addFlavourOption, flavourOf } from '../flavour-option.ts';
import { suggestWord } from '../known-word.ts';
import { addTokensOptions, type TokensWanted, tokensWanted } from '../token-options.ts';
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
      .option('--watch', 'play again after every change of a scenario or of what it names, until Ctrl-C')
      .option('--step', 'stop before each step, show the devices, go on at Enter')
      .option('--tag <tag>', 'only scenarios with this tag; may be repeated', collect)
      .option('--sweep <how>', 'play every variant of every story too, whatever its file says: all, lose-every-leg, …')
      .option('--point <name>', 'only this variant of a sweep, as reports name it')
      .option('--case <number>', 'only this case of each file', wholeNumber(1, 1_000_000))
      .option('--param <name=value>', 'value of a parameter; may be repeated', collect)
      .option(
        '--speed <factor>',
        'how much faster than life an embedded story runs (default: 60)',
        wholeNumber(1, 10_000),
      )
      .option(
        '--store <store>',
        'where an embedded server keeps its data: sqlite (default), memory, postgres, postgres://… or @FILE with such an address',
      )
      .option('--servers <number>', 'server processes of an embedded story, on one PostgreSQL', wholeNumber(1, 16));
    addFlavourOption(command, 'whose habits the server of an embedded story has');
    addTokensOptions(command);
  },
  examples: [
    ['run scenarios', 'plays every scenario of a folder in virtual time'],
    ['run scenarios --on embedded --report junit:report.xml', 'the same against a real server, with a report for CI'],
    ['run scenarios --on embedded --store postgres --servers 2', 'the same on two servers and one PostgreSQL'],
    ['run story.yaml --case 2 --seed 7', 'plays one case again'],
    ['run story.yaml --sweep all', 'plays it again for each of its points, disturbed there'],
    ['run story.yaml --watch --stories failed', 'plays it again whenever it is saved'],
  ],
  run: async (invocation) => {
    const options = optionsOf(invocation);
    if (options.step) (await import('../step-through.ts')).checkStepping({ on: options.on, ...invocation });
    if (isOn(invocation, 'watch')) return watchRuns(options, invocation);
    const play = await readRound(options, invocation);
    const ended = await play();
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
  readonly flavour: Flavour | undefined;
  /** Where an embedded server keeps its data. */
  readonly store: string | undefined;
  readonly servers: number | undefined;
  readonly tokens: TokensWanted;
  readonly step: boolean;
  /** How every story is swept, or null: as its file says. */
  readonly sweep: SweepKeyword | null;
  /** The only variants to play, by the name of their point, or null. */
  readonly point: string | null;
}

function optionsOf(invocation: Invocation): RunOptions {
  const shown = textOption(invocation, 'stories') ?? 'all';
  const which = stories.find((one) => one === shown);
  if (which === undefined) throw usageError(`--stories ${shown}: there is no such choice`, suggestWord(shown, stories));
  const swept = textOption(invocation, 'sweep');
  const sweep = sweepKeywords.find((one) => one === swept) ?? null;
  if (swept !== undefined && sweep === null)
    throw usageError(`--sweep ${swept}: there is no such sweep`, suggestWord(swept, sweepKeywords));
  return {
    on: textOption(invocation, 'on') ?? 'sim',
    reports: textsOption(invocation, 'report'),
    stories: which,
    seed: textOption(invocation, 'seed') ?? '1',
    tags: textsOption(invocation, 'tag'),
    caseNumber: invocation.options.case as number | undefined,
    speed: invocation.options.speed as number | undefined,
    flavour: flavourOf(invocation),
    store: textOption(invocation, 'store'),
    servers: invocation.options.servers as number | undefined,
    tokens: tokensWanted(invocation),
    step: isOn(invocation, 'step'),
    sweep,
    point: textOption(invocation, 'point') ?? null,
  };
}

/** Reads what the arguments mean, `onRead` told of each file; gives what plays it. Nothing is played when anything is wrong. */
async function readRound(
  options: RunOptions,
  invocation: Invocation,
  onRead: (file: string) => void = () => undefined,
) {
  const [{ playScenarios }, { readPlans }] = await Promise.all([
    import('../play-scenarios.ts'),
    import('../read-plans.ts'),
  ]);
  const { terminal, output } = invocation;
  const readings = await readPlans(filesNamed(invocation), {
    params: textsOption(invocation, 'param'),
    terminal,
    onRead,
  });
  if (hasErrors(readings)) {
    for (const text of await diagnosticTexts(readings)) output.note(text);
    const wrong = readings.filter((reading) => hasErrors([reading]));
    throw usageError(`${counted(wrong.length, 'file')} can't be played; nothing was run`);
  }
  const plans = readings.flatMap((reading) => reading.plans);
  return () => playScenarios(plans, { ...options, invocation });
}

async function watchRuns(options: RunOptions, invocation: Invocation): Promise<ExitCode> {
  const named = filesNamed(invocation);
  if (named.includes('-')) throw usageError('--watch can not watch standard input', 'name files or folders');
  if (options.step) throw usageError('--watch and --step do not go together', 'leave one of them out');
  const [{ runWatching }, { scenarioFolders }] = await Promise.all([
    import('../run-watching.ts'),
    import('../scenario-paths.ts'),
  ]);
  return runWatching({
    ...invocation,
    read: (onRead) => readRound(options, invocation, onRead),
    folders: () => scenarioFolders(named),
  });
}

function filesNamed(invocation: Invocation): readonly string[] {
  return invocation.args[0] as readonly string[];
}
