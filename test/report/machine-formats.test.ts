import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { formatCtrf } from '../../src/report/formats/ctrf.ts';
import { formatGithub } from '../../src/report/formats/github.ts';
import { formatTap } from '../../src/report/formats/tap.ts';
import { type ReportModel, reportOf } from '../../src/report/model.ts';
import type { Failure, RunResult } from '../../src/scenario/result.ts';
import { aFailedRun, aRun } from './runs.ts';

const times = { stories: 'all' as const, timestamp: '2026-01-05T07:00:00.000Z', wallMs: 40.4 };
const skipped = aRun({
  plan: { ...aRun().plan, title: 'another' },
  verdict: 'skipped',
  reason: "url can't purge # tombstones",
});

function model(...results: readonly RunResult[]): ReportModel {
  return reportOf(
    results.map((result) => ({ result, wallMs: 12.3 })),
    'sim',
  );
}

function failing(times: number): readonly RunResult[] {
  return Array.from({ length: times }, () => aFailedRun());
}

describe('CTRF', () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL('ctrf-schema.json', import.meta.url), 'utf8')));
  const document = JSON.parse(formatCtrf(model(aRun(), aFailedRun(), skipped), times));

  it('the document is valid by the schema that the format publishes', () => {
    expect(schema.safeParse(document).error).toBeUndefined();
    expect(schema.safeParse(JSON.parse(formatCtrf(model(), times))).error).toBeUndefined();
    // The check can fail: a status that the format doesn't know, and a key too many.
    const [test] = document.results.tests;
    for (const wrong of [{ status: 'red' }, { colour: 'red' }]) {
      const results = { ...document.results, tests: [{ ...test, ...wrong }] };
      expect(schema.safeParse({ ...document, results }).success).toBe(false);
    }
  });

  it('counts, times and suites are those of the runs', () => {
    const start = Date.parse(times.timestamp);
    expect(document.results.summary).toMatchObject({ tests: 3, passed: 1, failed: 1, skipped: 1, suites: 2, start });
    expect(document.results.summary.stop).toBe(start + 40);
  });

  it('a failed test tells the sentence, why, what was expected, and the command that plays it again', () => {
    const [, test] = document.results.tests;
    expect(test).toMatchObject({ status: 'failed', filePath: 'it is.yaml', line: 1, labels: { case: 3, seed: '1' } });
    expect(test.trace).toContain('it is.yaml:24:5: tablet has');
    expect(test.trace).toContain("replay: guras-sync run 'it is.yaml'");
    expect(test.extra.failures[0].differences).toEqual([{ subject: 'tablet', expected: '"<calm>"', actual: 'null' }]);
  });
});

describe('TAP', () => {
  const lines = formatTap(model(aRun(), aFailedRun(), skipped))
    .trimEnd()
    .split('\n');

  it('begins with version and plan, and has a numbered point for each run', () => {
    expect(lines.slice(0, 4)).toEqual([
      'TAP version 14',
      '1..3',
      'ok 1 - a.yaml: a claim',
      'not ok 2 - it is.yaml: a claim [phoneClock=-3h]',
    ]);
    expect(lines.at(-1)).toBe("ok 3 - a.yaml: another # SKIP url can't purge \\# tombstones");
    expect(formatTap(model())).toBe('TAP version 14\n1..0 # SKIP nothing ran\n');
  });

  it('what a failed point says is YAML, indented below it', () => {
    const block = lines.slice(lines.indexOf('  ---') + 1, lines.indexOf('  ...'));
    expect(block.every((line) => line.startsWith('  '))).toBe(true);
    expect(parse(block.join('\n'))).toMatchObject({
      message: 'tablet has meditation/s1 notes null, not "<calm> & \u0007so"',
      at: { file: 'it is.yaml', line: 24 },
      failures: [expect.stringContaining('why: note: written on phone')],
      replay: "guras-sync run 'it is.yaml' --on sim --seed 1 --case 3",
    });
  });

  it('no text ends its line or begins a directive', () => {
    const odd = aRun({ plan: { ...aRun().plan, title: 'a\nnot ok 9 # TODO \\' } });
    expect(formatTap(model(odd))).toContain('ok 1 - a.yaml: a not ok 9 \\# TODO \\\\\n');
  });
});

describe('GitHub annotations', () => {
  it('a failure is an error at its line and column', () => {
    const [line = ''] = formatGithub(model(aFailedRun())).split('\n');
    expect(line).toMatch(/^::error file=it is\.yaml,line=24,col=5,endColumn=8,title=it is\.yaml%3A a claim \[/);
    expect(line).toContain('%0Aas expected: phone%0Awhy: note: written on phone');
  });

  it('what the runner would take for its own is escaped, in messages and in properties', () => {
    const [failure] = aFailedRun().failures as readonly [Failure];
    const place = failure.place && { ...failure.place, file: 'a,b:c%.yaml' };
    const odd = aFailedRun({ failures: [{ ...failure, place, sentence: '100%\r\n::error::x', why: null }] });
    const text = formatGithub(model(odd));
    expect(text).toMatch(/^::error file=a%2Cb%3Ac%25\.yaml,/);
    expect(text).toContain('100%25\\u000d%0A::error::x');
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });

  it('skipped runs are notices, and what GitHub would drop is counted', () => {
    expect(formatGithub(model(skipped))).toBe(
      "::notice file=a.yaml,title=a.yaml%3A another::skipped: url can't purge # tombstones\n",
    );
    const lines = formatGithub(model(...failing(12)))
      .trimEnd()
      .split('\n');
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(10);
    expect(lines.at(-1)).toContain('2 more failures');
  });
});
