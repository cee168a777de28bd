import { visible } from '../../lib/visible.ts';
import { formatExcerpt } from '../../scenario/language/diagnostic.ts';
import type { ReportedRun, ReportModel } from '../model.ts';
import { tellFailure } from '../tell-failure.ts';

/** The version of the Common Test Report Format that the document follows. */
const specVersion = '0.0.0';

/** When the runs began (ISO 8601), and how long they took all together, ms. */
interface Times {
  readonly timestamp: string;
  readonly wallMs: number;
}

/** The runs as one CTRF document (ctrf.io): a test per run, its suite the scenario file, times in whole ms. */
export function formatCtrf(model: ReportModel, { timestamp, wallMs }: Times): string {
  const start = Date.parse(timestamp);
  const { passed, failed, skipped } = model.counts;
  const summary = {
    tests: model.runs.length,
    passed,
    failed,
    skipped,
    pending: 0,
    other: 0,
    suites: new Set(model.runs.map(suiteOf)).size,
    start,
    stop: start + Math.round(wallMs),
  };
  const results = { tool: { name: 'guras-sync' }, summary, tests: model.runs.map(testOf) };
  const document = { reportFormat: 'CTRF', specVersion, timestamp, generatedBy: 'guras-sync', results };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function suiteOf({ result }: ReportedRun): string {
  return result.plan.file ?? 'scenarios';
}

function testOf(run: ReportedRun): object {
  const { result, name, wallMs } = run;
  const { plan, verdict, seed, hash, stage, storyMs } = result;
  return {
    name: visible(name),
    status: verdict,
    duration: Math.round(wallMs),
    suite: [suiteOf(run)],
    type: 'scenario',
    tags: plan.tags,
    ...(plan.file === null ? {} : { filePath: plan.file }),
    ...(plan.place === null ? {} : { line: plan.place.line }),
    ...messagesOf(run),
    labels: { on: stage, seed, case: plan.caseNumber, hash, storyMs },
    extra: { replay: run.replay, caseValues: plan.caseValues, failures: result.failures.map(comparisonOf) },
  };
}

/** What readers show: the first failure names the test's, the trace tells all of them and how to play it again. */
function messagesOf({ result, replay }: ReportedRun): object {
  const [first] = result.failures;
  if (first === undefined) return result.reason === null ? {} : { message: result.reason };
  const trace = [...result.failures.flatMap(tellFailure), `replay: ${replay}`].join('\n');
  const snippet = first.place === null ? {} : { snippet: formatExcerpt(first.place, first.sentence) };
  return { message: first.sentence, trace, ...snippet };
}

function comparisonOf({ claim, differences }: ReportedRun['result']['failures'][number]): object {
  return {
    claim,
    differences: differences.map(({ subject, expected, actual }) => ({ subject, expected, actual })),
  };
}
