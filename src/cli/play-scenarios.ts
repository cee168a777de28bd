import { assert } from '../lib/assert.ts';
import { runLine, summaryLine } from '../report/formats/json-lines.ts';
import { type ReportFormat, reportFormats } from '../report/formats/table.ts';
import { formatRun, formatText, type TextOptions } from '../report/formats/text.ts';
import { type ReportModel, reportOf } from '../report/model.ts';
import { type Plan, pointOf } from '../scenario/plan.ts';
import { choosePlans } from './choose-plans.ts';
import type { Invocation } from './command.ts';
import type { RunOptions } from './commands/run.ts';
import { counted } from './counted.ts';
import type { StopSignal } from './exit.ts';
import { openWorld } from './open-world.ts';
import { type Played, playPlans } from './play-plans.ts';
import { type ReportTarget, reportTargets, writeReports } from './report-targets.ts';
import { stepThrough } from './step-through.ts';
import { sweepPlans } from './sweep-plans.ts';

/** An embedded story mostly waits for its clock: so many share the time on two cores. */
const embeddedAtOnce = 3;

/** Plays the plans that the options choose, tells each as it ends, and writes the reports. */
export async function playScenarios(
  plans: readonly Plan[],
  options: RunOptions & { readonly invocation: Invocation },
): Promise<{ readonly exitCode: number; readonly stoppedBy: StopSignal | null }> {
  const { invocation, seed, on } = options;
  const { output, terminal } = invocation;
  const targets = reportTargets(options.reports, reportFormats);
  const timestamp = new Date().toISOString();
  const began = performance.now();
  const chosen = await sweepPlans(choosePlans(plans, options), options);
  const teller = new Teller({ targets, options });
  const open = await openWorld(options, terminal);
  const atOnce = on === 'embedded' ? embeddedAtOnce : 1;
  const ended = await playPlans(chosen, {
    open,
    seed,
    terminal,
    atOnce,
    onPlayed: (one) => teller.played(one),
    ...(options.step ? { beforeStep: stepThrough(terminal, output) } : {}),
  });
  const model = reportOf(ended.played, on, stageOptions(options));
  const { stories } = options;
  const wallMs = performance.now() - began;
  writeReports(targets, { output, make: (format) => format(model, { timestamp, wallMs, stories }) });
  teller.finished(model);
  if (ended.stoppedBy !== null) output.note(`stopped after ${ended.played.length} of ${chosen.length} runs`);
  return { exitCode: model.exitCode, stoppedBy: ended.stoppedBy };
}

/** What a run needs beside `--on` to be played again. */
function stageOptions({ flavour }: RunOptions): readonly string[] {
  return flavour === undefined ? [] : ['--flavour', flavour];
}

/** Tells runs on standard output as they end, unless a report goes there. */
class Teller {
  readonly #options: RunOptions & { readonly invocation: Invocation };
  readonly #isTelling: boolean;
  /** Variants that passed since the last line. */
  #variants = 0;

  constructor(parts: {
    readonly targets: readonly ReportTarget<ReportFormat>[];
    readonly options: RunOptions & { readonly invocation: Invocation };
  }) {
    this.#options = parts.options;
    this.#isTelling = parts.targets.every(({ file }) => file !== null);
  }

  played(one: Played): void {
    if (!this.#isTelling) return;
    const [run] = reportOf([one], this.#options.on, stageOptions(this.#options)).runs;
    assert(run !== undefined, 'a report of one run holds it');
    const { output } = this.#options.invocation;
    const isQuiet = pointOf(one.result.plan) !== null && one.result.verdict === 'passed' && !output.isJson;
    if (isQuiet) {
      this.#variants += 1;
      return;
    }
    this.#tellVariants();
    output.event(runLine(run), () => formatRun(run, this.#text()));
  }

  /** The variants of a sweep that passed are told together. */
  #tellVariants(): void {
    const { output } = this.#options.invocation;
    if (this.#variants > 0)
      output.lines([`${output.paint.green('passed ')} ${counted(this.#variants, 'variant')} of it`]);
    this.#variants = 0;
  }

  finished(model: ReportModel): void {
    if (!this.#isTelling) return;
    this.#tellVariants();
    const counts = { ...model, runs: [] };
    this.#options.invocation.output.event(summaryLine(model), () => formatText(counts, this.#text()).trimEnd());
  }

  #text(): TextOptions {
    const { output } = this.#options.invocation;
    return { color: output.isColored, stories: this.#options.stories };
  }
}
