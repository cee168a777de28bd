import type { Probe } from '../conformance/probe.ts';
import type { ConformanceResult } from '../conformance/result.ts';
import type { RunOptions } from '../conformance/run-probes.ts';
import { conformanceDocument } from '../report/conformance/json.ts';
import { formatText } from '../report/conformance/text.ts';
import { cutTo } from './cells.ts';
import type { Invocation } from './command.ts';
import { type ExitCode, exit } from './exit.ts';
import type { Output } from './output.ts';

/** Prints the claims, a line or an entry for each. */
export function listClaims(probes: readonly Probe[], output: Output): ExitCode {
  const claims = probes.map(({ claim, topic, severity, says }) => ({ claim, topic, severity, says }));
  output.result({ claims }, () =>
    output.table(
      [{ title: 'severity' }, { title: 'topic' }, { title: 'claim' }, { title: 'says', elastic: true }],
      claims.map(({ claim, topic, severity, says }) => [severity, topic, claim, says]),
    ),
  );
  return exit.ok;
}

/** Probes between two lines of progress where nobody watches a terminal. */
const quietEvery = 50;

/** Tells the progress of a run on standard error, and the result on standard output. */
export class ConformanceTeller {
  readonly #invocation: Invocation;
  readonly #count: number;
  #isLineOpen = false;

  constructor(invocation: Invocation, count: number) {
    this.#invocation = invocation;
    this.#count = count;
  }

  /** A probe begins or has ended. */
  told({ probe, at, result }: Parameters<NonNullable<RunOptions['onProbe']>>[0]): void {
    const { stderr } = this.#invocation.terminal;
    const { output } = this.#invocation;
    if (result?.end === 'broken') {
      this.end();
      output.note(`${output.notePaint.red(probe.severity)} ${probe.claim}`);
    } else if (stderr.isTTY && result === null) {
      stderr.write(`\r\u001b[K${cutTo(`${at + 1}/${this.#count} ${probe.claim}`, stderr.columns - 1)}`);
      this.#isLineOpen = true;
    } else if (!stderr.isTTY && result !== null && (at + 1) % quietEvery === 0) {
      output.note(`${at + 1} of ${this.#count} claims`);
    }
  }

  /** The whole result, unless a report goes to standard output in its place. */
  finished(result: ConformanceResult, { isReported }: { readonly isReported: boolean }): void {
    this.end();
    if (isReported) return;
    const { output } = this.#invocation;
    if (output.isJson) output.result(conformanceDocument(result), () => []);
    else output.raw(formatText(result, { color: output.isColored }));
  }

  /** Takes the line of progress away. */
  end(): void {
    if (this.#isLineOpen) this.#invocation.terminal.stderr.write('\r\u001b[K');
    this.#isLineOpen = false;
  }
}
