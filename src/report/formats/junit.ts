import type { Failure } from '../../scenario/result.ts';
import type { ReportedRun, ReportModel } from '../model.ts';
import { tellFailure } from '../tell-failure.ts';
import { attribute, escaped } from './xml.ts';

/**
 * The runs as JUnit XML, in the subset that all readers agree on: one suite per scenario file, one case per run,
 * times in seconds. `timestamp` is when the first run began, ISO 8601.
 */
export function formatJunit(model: ReportModel, { timestamp }: { readonly timestamp: string }): string {
  const suites = new Map<string, ReportedRun[]>();
  for (const run of model.runs) {
    const suite = run.result.plan.file ?? 'scenarios';
    suites.set(suite, [...(suites.get(suite) ?? []), run]);
  }
  const body = [...suites].map(([name, runs]) => suiteXml(name, runs, timestamp)).join('');
  const totals = countsXml(model.runs);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="guras-sync" ${totals}>\n${body}</testsuites>\n`;
}

function suiteXml(name: string, runs: readonly ReportedRun[], timestamp: string): string {
  const head = `<testsuite name=${attribute(name)} ${countsXml(runs)} timestamp=${attribute(timestamp)}>`;
  return `  ${head}\n${runs.map(caseXml).join('')}  </testsuite>\n`;
}

function countsXml(runs: readonly ReportedRun[]): string {
  const count = (verdict: string) => runs.filter(({ result }) => result.verdict === verdict).length;
  const seconds = runs.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1_000;
  const counts = `tests="${runs.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}"`;
  return `${counts} time="${seconds.toFixed(3)}"`;
}

function caseXml({ result, name, replay, wallMs }: ReportedRun): string {
  const { plan, verdict, reason, failures, seed, hash, stage } = result;
  const at = plan.place === null ? '' : ` file=${attribute(plan.place.file)} line="${plan.place.line}"`;
  const head = `<testcase name=${attribute(name)} classname=${attribute(plan.file ?? 'scenarios')}${at} time="${(wallMs / 1_000).toFixed(3)}">`;
  const properties = propertiesXml({ seed, hash, on: stage });
  const skipped = verdict === 'skipped' ? `      <skipped message=${attribute(reason ?? 'skipped')}/>\n` : '';
  return `    ${head}\n${properties}${skipped}${failuresXml(failures, replay)}    </testcase>\n`;
}

function propertiesXml(properties: Readonly<Record<string, string>>): string {
  const all = Object.entries(properties).map(([key, value]) => `<property name="${key}" value=${attribute(value)}/>`);
  return `      <properties>${all.join('')}</properties>\n`;
}

/** Readers take one failure per case: the first names it, the text tells all. */
function failuresXml(failures: readonly Failure[], replay: string): string {
  const [first] = failures;
  if (first === undefined) return '';
  const texts = failures.flatMap(tellFailure);
  const text = escaped([...texts, `replay: ${replay}`].join('\n'));
  return `      <failure message=${attribute(first.sentence)} type=${attribute(first.claim)}>${text}</failure>\n`;
}
