import type { Probe } from '../conformance/probe.ts';
import { exitCodeOf } from '../conformance/result.ts';
import { runProbes, ServerUnreachable } from '../conformance/run-probes.ts';
import { conformanceFormats } from '../report/conformance/table.ts';
import type { Invocation } from './command.ts';
import { conformanceUsers } from './conformance-users.ts';
import { type StopSignal, worldError } from './exit.ts';
import { reportTargets, writeReports } from './report-targets.ts';
import { ConformanceTeller } from './tell-conformance.ts';
import type { TokensWanted } from './token-options.ts';

/** What the options ask for, checked. */
export interface ConformanceOptions {
  readonly url: string;
  readonly probes: readonly Probe[];
  readonly tokens: TokensWanted;
  readonly faults: boolean;
  readonly timeoutMs: number;
  readonly reports: readonly string[];
  readonly invocation: Invocation;
}

/** Runs the probes, tells what was found, and writes the reports. A stop ends it after the probe under way and the clean-up. */
export async function runConformance(
  options: ConformanceOptions,
): Promise<{ readonly exitCode: 0 | 1 | 3; readonly stoppedBy: StopSignal | null }> {
  const { url, probes, faults, timeoutMs, tokens, reports, invocation } = options;
  const { terminal, output } = invocation;
  const targets = reportTargets(reports, conformanceFormats);
  const users = await conformanceUsers(url, { wanted: tokens, terminal });
  const teller = new ConformanceTeller(invocation, probes.length);
  const stopping = new AbortController();
  let stoppedBy: StopSignal | null = null;
  const forget = terminal.onStop((signal) => {
    stoppedBy = signal;
    stopping.abort();
    output.note('stopping: the probe under way ends, and what was written is taken away (again: end at once)');
  });
  try {
    const { signal } = stopping;
    const result = await runProbes({
      url,
      users,
      probes,
      faults,
      timeoutMs,
      signal,
      onProbe: (told) => teller.told(told),
    });
    teller.finished(result, { isReported: targets.some(({ file }) => file === null) });
    writeReports(targets, { output, make: (format) => format(result) });
    return { exitCode: exitCodeOf(result.results), stoppedBy };
  } catch (error) {
    if (!(error instanceof ServerUnreachable)) throw error;
    throw worldError(error.message, 'check the address, and that the server runs');
  } finally {
    forget();
    teller.end();
  }
}
