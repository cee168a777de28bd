import type { WriteOutcome } from '../engine/device.ts';
import { type ExitCode, exit, usageError } from './exit.ts';
import type { Output } from './output.ts';

/** Tells that an edit or decision is durable and queued; a refusal is a usage error that names the field and the rule. */
export function tellWritten(
  outcome: WriteOutcome,
  { output, subject, done }: { readonly output: Output; readonly subject: string; readonly done: string },
): ExitCode {
  if (!outcome.ok) throw refused(subject, outcome.problem);
  const { entityId, changeIds } = outcome;
  output.result({ entityId, changeIds }, () => [
    changeIds.length === 0 ? `${done}: nothing had to change` : `${done}, queued as ${changeIds.join(', ')}`,
  ]);
  return exit.ok;
}

function refused(subject: string, problem: Extract<WriteOutcome, { ok: false }>['problem']): Error {
  const field = problem.field === undefined ? '' : `field ${problem.field}: `;
  const rule = problem.detail ?? problem.title ?? problem.code;
  return usageError(`${subject} was refused: ${field}${rule}`, `nothing was written (${problem.code})`);
}
