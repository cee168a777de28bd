import type { Command } from 'commander';
import type { Flavour } from '../server/http/app.ts';
import { type Invocation, textOption } from './command.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';

const flavours: readonly Flavour[] = ['plain', 'dotnet'];

/** Adds `--flavour` to a command. */
export function addFlavourOption(command: Command, about: string): void {
  command.option('--flavour <name>', `${about}: plain, or dotnet (answers as .NET 8 does by default)`);
}

/** The flavour that was asked for; undefined when none was. */
export function flavourOf(invocation: Invocation): Flavour | undefined {
  const text = textOption(invocation, 'flavour');
  const flavour = flavours.find((known) => known === text);
  if (text !== undefined && flavour === undefined) {
    throw usageError(`--flavour ${text}: there is no such flavour`, suggestWord(text, flavours));
  }
  return flavour;
}
