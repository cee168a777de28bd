import type { WriteOutcome } from '../engine/device.ts';
import { type ExitCode, exit, usageError } from './exit.ts';
import { readSource } from './open-source.ts';
import type { Output } from './output.ts';

/** What was done to which file, in words, and where that is told. */
interface WrittenTelling {
  readonly file: string;
  readonly output: Output;
  readonly subject: string;
  readonly done: string;
}

/**
 * Tells that an edit or decision is durable in the device's file, and what of it is queued: a change that takes back an
 * unsent one leaves nothing. A refusal is a usage error that names the field and the rule.
 */
export function tellWritten(outcome: WriteOutcome, telling: WrittenTelling): ExitCode {
  const { file, output, subject, done } = telling;
  if (!outcome.ok) throw refused(subject, outcome.problem);
  const { entityId, changeIds } = outcome;
  output.result({ entityId, changeIds }, () => {
    if (changeIds.length === 0) return [`${done}: nothing had to change`];
    const queued = readSource(file, (rows) => changeIds.filter((id) => rows.get('items', [id]) !== undefined));
    return [
      queued.length === 0 ? `${done}: nothing of it waits in the queue` : `${done}, queued as ${queued.join(', ')}`,
    ];
  });
  return exit.ok;
}

function refused(subject: string, problem: Extract<WriteOutcome, { ok: false }>['problem']): Error {
  const field = problem.field === undefined ? '' : `field ${problem.field}: `;
  const rule = problem.detail ?? problem.title ?? problem.code;
  return usageError(`${subject} was refused: ${field}${rule}`, `nothing was written (${problem.code})`);
}
