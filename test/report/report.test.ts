import { describe, expect, it } from 'vitest';
import { formatJsonLines } from '../../src/report/formats/json-lines.ts';
import { formatJunit } from '../../src/report/formats/junit.ts';
import { formatText } from '../../src/report/formats/text.ts';
import { type ReportModel, reportOf } from '../../src/report/model.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import { aFailedRun, aRun } from './runs.ts';

function model(...results: readonly RunResult[]): ReportModel {
  return reportOf(
    results.map((result) => ({ result, wallMs: 12.3 })),
    'sim',
  );
}

const skipped = aRun({
  plan: { ...aRun().plan, title: 'another' },
  verdict: 'skipped',
  reason: "url can't purge tombstones",
});

describe('the report of runs', () => {
  it('the exit code says whether all that ran holds, something failed, or nothing ran', () => {
    expect(model(aRun(), skipped).exitCode).toBe(0);
    expect(model(aRun(), aFailedRun()).exitCode).toBe(1);
    expect(model(skipped).exitCode).toBe(3);
    expect(model().exitCode).toBe(3);
    expect(model(skipped, aFailedRun()).exitCode).toBe(1);
  });

  it('every run has a name of its own and the command that plays it again', () => {
    const { runs } = model(aRun(), aRun(), aFailedRun());
    expect(new Set(runs.map(({ name }) => name)).size).toBe(3);
    expect(runs[2]?.name).toBe('it is.yaml: a claim [phoneClock=-3h]');
    expect(runs[2]?.replay).toBe("guras-sync run 'it is.yaml' --on sim --seed 1 --case 3");
  });
});

describe('the command that plays a run again', () => {
  it('holds no name and password of an address', () => {
    const [run] = reportOf([{ result: aRun(), wallMs: 1 }], 'https://ana:secret@staging.example/sync').runs;
    expect(run?.replay).toBe('guras-sync run a.yaml --on https://staging.example/sync --seed 1 --case 1');
  });
});

describe('text', () => {
  const text = formatText(model(aRun(), aFailedRun(), skipped), { color: false, stories: 'failed' });

  it('a failure shows place, line, sentence, who holds, why, and the replay', () => {
    expect(text).toContain(
      [
        '  failed at it is.yaml:24:5 (0:01:01.000)',
        '  24 |   - all: { meditation/s1: { notes: "<calm> &  so" } }',
        '     |     ^^^ tablet has meditation/s1 notes null, not "<calm> & \\u0007so"; as expected: phone',
        '  why: note: written on phone at 0:00:02.120, sent at 0:00:04.000',
        "  replay: guras-sync run 'it is.yaml' --on sim --seed 1 --case 3",
      ].join('\n'),
    );
  });

  it('a story has times, a lane for each device and the server, and what happens there', () => {
    expect(text).toContain('               phone    tablet   server\n');
    expect(text).toContain('               == both edit\n');
    expect(text).toContain('  0:00:02.120  *        |        |        phone updates meditation/s1\n');
    expect(text).toContain('  0:00:04.000  >        |        |        push 1 item ->\n');
    expect(text).toContain('  0:00:04.050  |        |        =        meditation/s1: applied\n');
    expect(text).toContain('  0:00:05.000  <        |        |        <- push: nothing (timeout)\n');
  });

  it('skipped runs give their reason, and the last line counts', () => {
    expect(text).toContain("skipped a.yaml: another: url can't purge tombstones");
    expect(text.endsWith('\n1 passed, 1 failed, 1 skipped\n')).toBe(true);
    expect(formatText(model(skipped), { color: false, stories: 'none' })).toContain('nothing ran, so nothing is known');
  });

  it('has no colours unless asked, and stories only where wanted', () => {
    const escape = '\u001b[';
    expect(text).not.toContain(escape);
    expect(formatText(model(aRun()), { color: true, stories: 'none' })).toContain(escape);
    expect(formatText(model(aFailedRun()), { color: false, stories: 'none' })).not.toContain('== both edit');
  });
});

describe('JSON lines', () => {
  it('one line per run and a summary, each with its schema and type', () => {
    const lines = formatJsonLines(model(aRun(), aFailedRun()))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ schema, type }) => `${String(schema)} ${String(type)}`)).toEqual([
      'guras-sync/run/1 run',
      'guras-sync/run/1 run',
      'guras-sync/run/1 summary',
    ]);
    expect(lines[1]).toMatchObject({
      verdict: 'failed',
      case: 3,
      failures: [{ place: 'it is.yaml:24:5', holding: ['phone'] }],
    });
    expect(lines[2]).toMatchObject({ passed: 1, failed: 1, skipped: 0, exitCode: 1 });
  });
});

describe('JUnit', () => {
  const xml = formatJunit(model(aRun(), aFailedRun(), skipped), { timestamp: '2026-01-05T07:00:00.000Z' });

  it('a suite per file, a case per run, with counts and seconds', () => {
    expect(xml).toContain('<testsuites name="guras-sync" tests="3" failures="1" errors="0" skipped="1" time="0.037">');
    expect(xml).toContain('<testsuite name="a.yaml" tests="2" failures="0" errors="0" skipped="1"');
    expect(xml).toContain('<skipped message="url can\'t purge tombstones"/>');
    expect(xml).toContain('file="it is.yaml" line="1"');
  });

  it('text is escaped, and what XML can not carry is replaced', () => {
    expect(xml).toContain('&quot;&lt;calm&gt; &amp; \ufffdso&quot;');
    expect(xml).not.toContain('\u0007');
    const odd = formatJunit(model(aRun({ seed: 'a\ud800b' })), { timestamp: 't' });
    expect(odd).toContain('value="a\ufffdb"');
  });

  it('every tag that is opened is closed', () => {
    const open: string[] = [];
    for (const [, close, name = '', self] of xml.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (self !== '/') open.push(name);
    }
    expect(open).toEqual([]);
  });
});
