import { textFiles } from '../adapters/node/text-files.ts';
import { gurasRegistry } from '../core/model/entities/registry.ts';
import { type Diagnostic, errorAt } from '../scenario/language/diagnostic.ts';
import type { Scalar } from '../scenario/language/substitute.ts';
import type { Plan } from '../scenario/plan.ts';
import { readScenarioText } from '../scenario/read-scenario.ts';
import { usageError } from './exit.ts';
import { scenarioPaths } from './scenario-paths.ts';
import type { Terminal } from './terminal.ts';

/** What one scenario file gives. */
export interface FileReading {
  readonly file: string;
  /** One plan per case; none when an error was found. */
  readonly plans: readonly Plan[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the scenarios that the arguments mean; `-` is the text on standard input. */
export async function readPlans(
  named: readonly string[],
  {
    params,
    terminal,
    onRead = () => undefined,
  }: {
    readonly params: readonly string[];
    readonly terminal: Terminal;
    /** Told of every file that was read, the named ones too. */
    readonly onRead?: (file: string) => void;
  },
): Promise<readonly FileReading[]> {
  const files = { ...textFiles, read: (path: string) => noted(path, onRead) };
  const options = { registry: gurasRegistry, files, params: paramValues(params) };
  const readings: FileReading[] = [];
  for (const name of named.includes('-')
    ? ['-', ...scenarioPaths(named.filter((one) => one !== '-'))]
    : scenarioPaths(named)) {
    const text = name === '-' ? await terminal.readStdin() : files.read(name);
    const file = name === '-' ? 'standard input' : name;
    const unread = { plans: [], diagnostics: [errorAt(null, `can't read ${file}`)] };
    readings.push({ file, ...(text === null ? unread : readScenarioText(file, text, options)) });
  }
  return readings;
}

/** The text of a file, its path told when it is there. */
function noted(path: string, onRead: (file: string) => void): string | null {
  const text = textFiles.read(path);
  if (text !== null) onRead(path);
  return text;
}

function paramValues(pairs: readonly string[]): Readonly<Record<string, Scalar>> {
  return Object.fromEntries(pairs.map(paramValue));
}

function paramValue(pair: string): readonly [string, Scalar] {
  const at = pair.indexOf('=');
  if (at < 1) throw usageError(`--param ${pair} is not of the form name=value`, 'write for example --param clock=-3h');
  const text = pair.slice(at + 1);
  const isLiteral = text === 'true' || text === 'false' || text === 'null' || /^-?\d+(\.\d+)?$/.test(text);
  return [pair.slice(0, at), isLiteral ? (JSON.parse(text) as Scalar) : text];
}
