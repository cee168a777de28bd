import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { usageError, worldError } from './exit.ts';
import { suggestWord } from './known-word.ts';
import type { Output } from './output.ts';
import { writeWhole } from './write-whole.ts';

/** A report that was asked for: its format, and the file it goes to; null for standard output. */
export interface ReportTarget<Format> {
  readonly name: string;
  readonly format: Format;
  readonly file: string | null;
}

/** The reports of `FORMAT` and `FORMAT:FILE` texts, of these formats. At most one goes to standard output; `-` means it too. */
export function reportTargets<Format>(
  texts: readonly string[],
  formats: Readonly<Record<string, Format>>,
): readonly ReportTarget<Format>[] {
  const targets = texts.map((text) => targetOf(text, formats));
  if (targets.filter(({ file }) => file === null).length > 1) {
    throw usageError('two reports go to standard output', 'give one of them a file: --report FORMAT:FILE');
  }
  return targets;
}

function targetOf<Format>(text: string, formats: Readonly<Record<string, Format>>): ReportTarget<Format> {
  const at = text.indexOf(':');
  const name = at < 0 ? text : text.slice(0, at);
  const file = at < 0 ? '-' : text.slice(at + 1);
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined) {
    throw usageError(`there is no report format "${name}"`, suggestWord(name, Object.keys(formats)));
  }
  if (file === '')
    throw usageError(`--report ${text} names no file`, `write --report ${name}:FILE, or --report ${name}`);
  if (file === '-') return { name, format, file: null };
  // Said now, not after an hour of playing.
  if (!existsSync(dirname(file)))
    throw worldError(`--report ${text}: there is no folder ${dirname(file)}`, 'make it first');
  return { name, format, file };
}

/** Writes the reports, each made by `make` from its format; each file appears whole. */
export function writeReports<Format>(
  targets: readonly ReportTarget<Format>[],
  { make, output }: { readonly make: (format: Format) => string; readonly output: Output },
): void {
  for (const { format, file } of targets) {
    const text = make(format);
    if (file === null) output.raw(text);
    else writeWhole(file, text);
  }
}
