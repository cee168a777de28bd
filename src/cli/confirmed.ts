import { type Invocation, textOption } from './command.ts';
import { usageError } from './exit.ts';

/** What is about to be destroyed, and the word that a person has to repeat. */
export interface Danger {
  /** A sentence without a full stop. */
  readonly about: string;
  readonly word: string;
}

/**
 * Returns when the danger is confirmed: by `--confirm WORD`, or typed at a terminal. Otherwise the command ends as wrong usage,
 * with nothing done.
 */
export async function confirmed({ about, word }: Danger, invocation: Invocation): Promise<void> {
  const { terminal, output } = invocation;
  const given = textOption(invocation, 'confirm');
  if (given === word) return;
  const remedy = `nothing was done; add --confirm ${word} to do it`;
  if (given !== undefined) throw usageError(`--confirm ${given} does not name ${word}`, remedy);
  if (!terminal.stdin.isTTY) throw usageError(about, remedy);
  output.note(`${about}.\nType ${word} to go on:`);
  if ((await terminal.readLine())?.trim() !== word) throw usageError('not confirmed', remedy);
}
