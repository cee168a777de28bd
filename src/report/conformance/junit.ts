import type { ConformanceResult, ProbeResult } from '../../conformance/result.ts';
import { attribute, escaped } from '../formats/xml.ts';
import { exchangeText } from './told.ts';

/** The run as JUnit XML: a suite per topic, a case per claim. A finding is a failure, an inconclusive probe an error. */
export function formatJunit(result: ConformanceResult): string {
  const topics = [...new Set(result.results.map(({ probe }) => probe.topic))];
  const body = topics.map((topic) => {
    const cases = result.results.filter(({ probe }) => probe.topic === topic);
    const head = `<testsuite name=${attribute(topic)} ${countsXml(cases)} timestamp=${attribute(result.startedAt)}>`;
    return `  ${head}\n${cases.map((one) => caseXml(one, result)).join('')}  </testsuite>\n`;
  });
  const head = `<testsuites name=${attribute(`guras-sync conformance ${result.url}`)} ${countsXml(result.results)}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${body.join('')}</testsuites>\n`;
}

function countsXml(cases: readonly ProbeResult[]): string {
  const count = (end: ProbeResult['end']): number => cases.filter((one) => one.end === end).length;
  const seconds = cases.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1_000;
  const counts = `tests="${cases.length}" failures="${count('broken')}" errors="${count('inconclusive')}" skipped="${count('skipped')}"`;
  return `${counts} time="${seconds.toFixed(3)}"`;
}

function caseXml(one: ProbeResult, { url }: ConformanceResult): string {
  const { probe, wallMs } = one;
  const name = `name=${attribute(probe.claim)} classname=${attribute(`conformance.${probe.topic}`)}`;
  const properties = [
    ['severity', probe.severity],
    ['says', probe.says],
    ['server', url],
  ] as const;
  const all = properties.map(([key, value]) => `<property name="${key}" value=${attribute(value)}/>`).join('');
  const head = `    <testcase ${name} time="${(wallMs / 1_000).toFixed(3)}">\n      <properties>${all}</properties>\n`;
  return `${head}${endXml(one)}    </testcase>\n`;
}

function endXml({ probe, end, reason, finding, exchanges }: ProbeResult): string {
  const told = attribute(reason ?? '');
  if (end === 'skipped') return `      <skipped message=${told}/>\n`;
  const evidence = exchanges.flatMap((exchange) => [
    exchangeText(exchange),
    ...(exchange.requestBody === null ? [] : [`> ${exchange.requestBody}`]),
    `< ${exchange.answerBody}`,
  ]);
  if (end === 'inconclusive') return `      <error message=${told}>${escaped(evidence.join('\n'))}</error>\n`;
  if (finding === null) return '';
  const { expected, saw, row } = finding;
  const where = row === null ? [] : [`row: ${row.entityType}/${row.entityId}`];
  const text = escaped([probe.says, `expected: ${expected}`, `saw: ${saw}`, ...where, ...evidence].join('\n'));
  return `      <failure message=${attribute(`expected ${expected}; saw ${saw}`)} type="${probe.severity}">${text}</failure>\n`;
}
