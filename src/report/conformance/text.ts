import type { ConformanceResult, ProbeResult } from '../../conformance/result.ts';
import { visible } from '../../lib/visible.ts';
import { cleanUpText, countsText, exchangeText, findingsOf } from './told.ts';

/** Exchanges that the text shows of a finding: the last ones; the other formats show all. */
const exchangesShown = 4;
const bodyShown = 400;

/** The findings with their evidence, what did not apply and why, and a last line with the counts. */
export function formatText(result: ConformanceResult, { color = false }: { readonly color?: boolean } = {}): string {
  const bold = (text: string): string => (color ? `\u001b[1m${text}\u001b[22m` : text);
  const red = (text: string): string => (color ? `\u001b[31m${text}\u001b[39m` : text);
  const lines = findingsOf(result).flatMap((found) => findingLines(found, { bold, red }));
  const others = result.results.filter(({ end }) => end === 'skipped' || end === 'inconclusive');
  for (const { probe, end, reason } of others) lines.push(`${end} ${probe.claim}: ${visible(reason ?? '')}`);
  if (others.length > 0) lines.push('');
  const stopped = result.isStopped ? ', stopped before the end' : '';
  lines.push(`${result.url}: ${countsText(result)} in ${(result.wallMs / 1_000).toFixed(1)} s${stopped}`);
  const cleaned = cleanUpText(result);
  if (cleaned !== null) lines.push(`cleaned up: ${visible(cleaned)}`);
  return `${lines.join('\n')}\n`;
}

type Ink = Readonly<Record<'bold' | 'red', (text: string) => string>>;

function findingLines(
  { probe, finding, exchanges, exchangesDropped }: ProbeResult,
  { bold, red }: Ink,
): readonly string[] {
  const shown = exchanges.slice(-exchangesShown);
  const hidden = exchanges.length - shown.length + exchangesDropped;
  const row = finding?.row ?? null;
  return [
    `${red(probe.severity)} ${bold(probe.claim)} (${probe.topic})`,
    `  ${probe.says}`,
    `  expected: ${visible(finding?.expected ?? '')}`,
    `  saw:      ${visible(finding?.saw ?? '')}`,
    ...(row === null ? [] : [`  row:      ${visible(`${row.entityType}/${row.entityId}`)}`]),
    ...(hidden > 0 ? [`  … ${hidden} earlier exchanges, see --report html:FILE`] : []),
    ...shown.flatMap((exchange) => [
      `  ${visible(exchangeText(exchange))}`,
      ...(exchange.requestBody === null ? [] : [`    > ${clipped(exchange.requestBody)}`]),
      ...(exchange.answerBody === '' ? [] : [`    < ${clipped(exchange.answerBody)}`]),
    ]),
    '',
  ];
}

function clipped(text: string): string {
  const line = visible(text).replaceAll('\n', ' ');
  return line.length > bodyShown ? `${line.slice(0, bodyShown)}…` : line;
}
