import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { probes } from '../../src/conformance/probes/table.ts';
import { defaultLimits } from '../../src/core/limits.ts';
import { type ProblemCode, problemCodes } from '../../src/core/protocol/codes.ts';
import { refuse } from '../../src/server/decide/refusal.ts';
import { ServerMetrics } from '../../src/server/http/server-metrics.ts';
import { partOf, readPage } from './page.ts';

/** The tables that are made from the code, by page and name of their markers. */
const made: readonly (readonly [path: string, name: string, table: () => string])[] = [
  ['docs/protocol.md', 'problem codes', problemTable],
  ['docs/engine.md', 'limits', limitsTable],
  ['docs/server.md', 'metrics', metricsTable],
  ['docs/conformance.md', 'claims', claimsTable],
];

function problemTable(): string {
  const rows = Object.entries(problemCodes).map(([code, meaning]) => [`\`${code}\``, statusOf(code), meaning]);
  return tableOf([['code', 'status', 'meaning'], ...rows]);
}

/** The status under which the server refuses a request with this code; none for codes of verdicts. */
function statusOf(code: string): string {
  const { status } = refuse(code as ProblemCode);
  return status === 500 && code !== 'internal' ? '–' : String(status);
}

function claimsTable(): string {
  const rows = probes.map(({ claim, topic, severity, says }) => [`\`${claim}\``, topic, severity, says]);
  return tableOf([['claim', 'topic', 'severity', 'what a server must do'], ...rows]);
}

function limitsTable(): string {
  const rows = Object.entries(defaultLimits).map(([name, value]) => [`\`${name}\``, String(value)]);
  return tableOf([['limit', 'default'], ...rows]);
}

function metricsTable(): string {
  const metrics = new ServerMetrics(async () => 0);
  metrics.watchLive(() => 0);
  const rows = metrics.described().map(({ name, type, help }) => [`\`${name}\``, type, help]);
  return tableOf([['metric', 'kind', 'meaning'], ...rows]);
}

/** A table as the formatter writes it: the first row is the head, columns are as wide as their widest cell. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [head = '', ...body] = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

describe.each(made)('%s', (path, name, table) => {
  it(`has the ${name} as the code has them`, () => {
    if (process.env.GURAS_GOLDEN === 'rewrite') {
      const { text } = readPage(path);
      const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
      const [head = '', rest = ''] = text.split(begin);
      writeFileSync(path, `${head}${begin}\n\n${table()}\n\n${end}${rest.split(end)[1] ?? ''}`);
    }
    expect(partOf(readPage(path), name)).toBe(table());
  });
});
