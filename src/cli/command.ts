import type { Command } from 'commander';
import type { ExitCode } from './exit.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

/** One use of a command. */
export interface Invocation {
  /** The positional arguments; those that were left out are undefined, the last may be a list. */
  readonly args: readonly unknown[];
  /** Values of the options by their name in camel case. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly output: Output;
  readonly terminal: Terminal;
  /** The whole tree of commands, every file of them loaded. */
  readonly wholeTree: () => Promise<Command>;
}

/** What a command is once it is used: its arguments and options, and what it does. */
export interface Leaf {
  /** Adds arguments and options. */
  readonly shape: (command: Command) => void;
  /** Whole command lines, without the tool's name, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Does it. A rejection with a `CommandError` is told to the user; any other is a bug. */
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}

/** A command that only groups others. */
export interface Group {
  readonly subcommands: readonly CommandEntry[];
}

/** A command in a table of commands: what help shows, and how to reach the rest when it is used. */
export interface CommandEntry {
  readonly name: string;
  /** One line, lower case, without a full stop. */
  readonly about: string;
  readonly load: () => Promise<Leaf | Group>;
}

/** Whether an entry's body groups other commands. */
export function isGroup(body: Leaf | Group): body is Group {
  return 'subcommands' in body;
}

/** An argument that commander has made sure is there. */
export function textAt(invocation: Invocation, at: number): string {
  return String(invocation.args[at]);
}

/** The value of an option that takes one, or undefined when it was not given. */
export function textOption(invocation: Invocation, name: string): string | undefined {
  const value = invocation.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of an option that may be repeated, in order; empty when it was not given. */
export function textsOption(invocation: Invocation, name: string): readonly string[] {
  const value = invocation.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether a switch was given. */
export function isOn(invocation: Invocation, name: string): boolean {
  return invocation.options[name] === true;
}

/** Collects an option that may be repeated: a parser for commander. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}
