import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { type Group, isGroup, type Leaf } from './command.ts';
import { commands } from './commands/table.ts';
import { type ExitCode, exit } from './exit.ts';
import { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

const toolName = 'guras-sync';

/** Takes the arguments apart and runs the command they name; gives its exit code. Only that command's file is loaded. */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const running: Running = { terminal, exitCode: exit.usage };
  const program = rootCommand(terminal);
  await fill(program, { subcommands: commands }, { path: commandPath(words), running });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return commanderEnd(error);
  }
  return running.exitCode;
}

/** The whole tree of commands, every file loaded: for completions. */
async function wholeProgram(terminal: Terminal): Promise<Command> {
  const program = rootCommand(terminal);
  await fill(program, { subcommands: commands }, { path: null, running: { terminal, exitCode: exit.usage } });
  return program;
}

interface Running {
  readonly terminal: Terminal;
  exitCode: ExitCode;
}

interface Filling {
  /** Names of the commands to load, outermost first; null loads all. */
  readonly path: readonly string[] | null;
  readonly running: Running;
}

function rootCommand(terminal: Terminal): Command {
  const { stdout, stderr } = terminal;
  return new Command(toolName)
    .description('The sync engine of the Guras app without a phone: virtual devices, a reference server, scenarios.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--json', 'print one JSON document, or one JSON line per event')
    .option('--no-color', 'print without colour, as NO_COLOR=1 does')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, sortOptions: false })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // What is wrong is told once, by main.
      writeErr: (text) => {
        if (!text.startsWith('error:')) stderr.write(text);
      },
      getOutHelpWidth: () => stdout.columns,
      getErrHelpWidth: () => stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
}

/** The package's version; its file lies two folders up from src/cli, dist/cli and dist/bin alike. */
function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String((manifest as { readonly version: unknown }).version);
}

/** The leading words that may name commands: flags between them take no value. */
function commandPath(words: readonly string[]): readonly string[] {
  return words.filter((word) => !word.startsWith('-'));
}

/** Adds a group's commands. Those on the path are loaded, the others only named, for help and suggestions. */
async function fill(parent: Command, group: Group, { path, running }: Filling): Promise<void> {
  for (const entry of group.subcommands) {
    const command = parent.command(entry.name).description(entry.about);
    command.helpCommand(false);
    const isWanted = path === null || path[0] === entry.name;
    if (!isWanted) continue;
    const body = await entry.load();
    const below = { path: path === null ? null : path.slice(1), running };
    if (isGroup(body)) await fill(command, body, below);
    else addLeaf(command, body, running);
  }
}

function addLeaf(command: Command, leaf: Leaf, running: Running): void {
  leaf.shape(command);
  command.addHelpText('after', examplesText(leaf.examples));
  command.action(async () => {
    const options = command.optsWithGlobals<Record<string, unknown>>();
    const output = new Output(running.terminal, { json: options.json === true, color: options.color !== false });
    const { terminal } = running;
    const wholeTree = () => wholeProgram(terminal);
    running.exitCode = await leaf.run({ args: command.processedArgs, options, output, terminal, wholeTree });
  });
}

function examplesText(examples: Leaf['examples']): string {
  const lines = examples.map(([line, does]) => `  ${toolName} ${line}\n      ${does}`);
  return lines.length === 0 ? '' : `\nExamples:\n${lines.join('\n')}`;
}

/** Help and version that were asked for end well; everything else that commander ends is wrong usage. */
function commanderEnd(error: CommanderError): ExitCode {
  const isAsked = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
  if (isAsked) return exit.ok;
  // Help shown because the command is missing: it has said what there is.
  if (error.code === 'commander.help') return exit.usage;
  throw error;
}
