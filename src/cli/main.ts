import { type CommandError, type ExitCode, exit } from './exit.ts';
import { explain } from './explain.ts';
import { Output } from './output.ts';
import { runProgram } from './program.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/**
 * Runs the tool with the user's arguments and gives the exit code. What people must know goes to the terminal's streams.
 * Rejects only for a bug in the tool. `terminal`: the process' own unless a test listens.
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    const code = await runProgram(argv, terminal);
    // What was cut off by a signal may still run and would keep the process alive.
    if (code === exit.interrupted || code === exit.terminated) terminal.leave(code);
    return code;
  } catch (error) {
    return tell(explain(error), { argv, terminal });
  }
}

/** Tells a failure on standard error, and with `--json` as the document on standard output, so that it always parses. */
function tell(
  failure: CommandError,
  { argv, terminal }: { readonly argv: readonly string[]; readonly terminal: Terminal },
): ExitCode {
  const output = new Output(terminal, { json: argv.includes('--json'), color: !argv.includes('--no-color') });
  const { message, remedy, exitCode } = failure;
  const head = message.startsWith('error:') ? message.slice('error:'.length).trim() : message;
  output.note(`${output.notePaint.red('error:')} ${head}${remedy === null ? '' : `\n  ${remedy}`}`);
  const name = Object.entries(exit).find(([, code]) => code === exitCode)?.[0] ?? 'failed';
  if (output.isJson) output.event({ error: { exitCode, kind: name, message: head, remedy } }, () => '');
  return exitCode;
}
