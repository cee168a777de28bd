import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ReportFormat, reportFormats } from '../report/formats/table.ts';
import type { ReportModel } from '../report/model.ts';
import { usageError, worldError } from './exit.ts';
import { suggestWord } from './known-word.ts';
import type { Output } from './output.ts';
import { writeWhole } from './write-whole.ts';

/** A report that was asked for: its format, and the file it goes to; null for standard output. */
export interface ReportTarget {
  readonly name: string;
  readonly format: ReportFormat;
  readonly file: string | null;
}

/** The reports of `FORMAT` and `FORMAT:FILE` texts. At most one goes to standard output; `-` means it too. */
export function reportTargets(texts: readonly string[]): readonly ReportTarget[] {
  const targets = texts.map(targetOf);
  if (targets.filter(({ file }) => file === null).length > 1) {
    throw usageError('two reports go to standard output', 'give one of them a file: --report FORMAT:FILE');
  }
  return targets;
}

function targetOf(text: string): ReportTarget {
  const at = text.indexOf(':');
  const name = at < 0 ? text : text.slice(0, at);
  const file = at < 0 ? '-' : text.slice(at + 1);
  const format = Object.hasOwn(reportFormats, name) ? reportFormats[name] : undefined;
  if (format === undefined) {
    throw usageError(`there is no report format "${name}"`, suggestWord(name, Object.keys(reportFormats)));
  }
  if (file === '')
    throw usageError(`--report ${text} names no file`, `write --report ${name}:FILE, or --report ${name}`);
  if (file === '-') return { name, format, file: null };
  // Said now, not after an hour of playing.
  if (!existsSync(dirname(file)))
    throw worldError(`--report ${text}: there is no folder ${dirname(file)}`, 'make it first');
  return { name, format, file };
}

type ReportOptions = Parameters<ReportFormat>[1];

/** Writes the reports; each file appears whole. */
export function writeReports(
  targets: readonly ReportTarget[],
  { model, output, ...options }: ReportOptions & { readonly model: ReportModel; readonly output: Output },
): void {
  for (const { format, file } of targets) {
    const text = format(model, options);
    if (file === null) output.raw(text);
    else writeWhole(file, text);
  }
}
