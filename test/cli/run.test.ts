import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guras } from './captured-terminal.ts';
import { scratchFolder, serving } from './scratch.ts';

const inScratch = scratchFolder();

/** A story whose expectation holds for a rating of 4. */
function story(rating: number): string {
  return `scenario: a session reaches the other phone
tags: [smoke]
devices:
  phone: { user: ana }
  tablet: { user: ana }
steps:
  - phone:
      create: meditation/s1
      set: { sessionId: x1, startedAt: "2026-03-01T06:30:00Z", completedAt: "2026-03-01T06:42:00Z", durationSec: 720, rating: 4 }
  - all: { until: synced, within: 5m }
expect:
  - tablet: { meditation/s1: { rating: ${rating} } }
`;
}

function written(name: string, text: string): string {
  const file = inScratch(name);
  writeFileSync(file, text);
  return file;
}

describe('run', () => {
  it('plays a story in virtual time and tells it', async () => {
    const { code, stdout, stderr } = await guras(['run', written('story.yaml', story(4))]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^passed .*story\.yaml: a session reaches the other phone/);
    expect(stdout).toContain('1 passed, 0 failed, 0 skipped\n');
  });

  it('a story that does not hold ends with 1, and says how to play it again', async () => {
    const { code, stdout } = await guras(['run', written('story.yaml', story(5))]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/replay: guras-sync run .*story\.yaml --on sim --seed 1 --case 1/);
  });

  it('gives one line of JSON per run and a summary', async () => {
    const { stdout } = await guras(['run', written('story.yaml', story(4)), '--json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'run', verdict: 'passed' },
      { type: 'summary', passed: 1 },
    ]);
  });

  it('writes reports to files, which appear whole', async () => {
    const [junit, lines] = [inScratch('report.xml'), inScratch('report.jsonl')];
    const reports = ['--report', `junit:${junit}`, '--report', `json-lines:${lines}`, '--stories', 'none'];
    expect((await guras(['run', written('story.yaml', story(4)), ...reports])).code).toBe(0);
    expect(readFileSync(junit, 'utf8')).toContain('<testsuites name="guras-sync" tests="1" failures="0"');
    expect(readFileSync(lines, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('a text report shows the stories that are asked for', async () => {
    const unfinished = story(4).replace('  - all: { until: synced, within: 5m }\n', '');
    const ran = await guras(['run', written('story.yaml', unfinished), '--report', 'text', '--stories', 'none']);
    expect(ran.stdout).not.toContain('phone creates');
    expect(ran.stdout).toMatch(/^failed .* \(1 step, [\s\S]*\n0 passed, 1 failed, 0 skipped\n$/);
  });

  it('a report without a folder to go to is said before anything is played', async () => {
    const report = `junit:${inScratch('nowhere/report.xml')}`;
    const { code, stdout, stderr } = await guras(['run', written('story.yaml', story(4)), '--report', report]);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain(`there is no folder ${inScratch('nowhere')}`);
  });

  it('a tag is asked for where no scenario has any', async () => {
    const file = written('story.yaml', story(4).replace('tags: [smoke]\n', ''));
    expect((await guras(['run', file, '--tag', 'smoke'])).stderr).toContain('none has a tag');
  });

  it('takes the scenarios of a folder and below, and those with a tag', async () => {
    mkdirSync(inScratch('fixtures'));
    written('one.yaml', story(4));
    written('two.yml', story(4).replace('[smoke]', '[other]'));
    written('fixtures/ana.yaml', 'rows: {}');
    const folder = inScratch('.');
    expect((await guras(['lint', folder])).stdout).toBe('2 files, 2 cases: sound\n');
    expect((await guras(['run', folder, '--tag', 'other', '--stories', 'none'])).stdout).toContain('1 passed');
    expect(await guras(['run', folder, '--tag', 'smok'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean smoke?'),
    });
  });

  it('plays against a server at an address', async () => {
    const server = await serving();
    // True time: a second device would wait for its poll.
    const alone = story(4).replace('  tablet: { user: ana }\n', '').replace('- tablet:', '- phone:');
    const { code, stdout } = await guras([
      'run',
      written('story.yaml', alone),
      '--on',
      server.url,
      '--stories',
      'none',
    ]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('on url in')]);
    await server.stop();
  });

  it.each([
    [['--on', 'embeded'], 'did you mean embedded?'],
    [['--report', 'junt:x.xml'], 'did you mean junit?'],
    [['--case', '9'], 'cases: 1 to 1'],
    [['--stories', 'al'], 'did you mean all?'],
    [['--report', 'text', '--report', 'junit'], 'give one of them a file'],
  ])('refuses %j', async (options, remedy) => {
    const { code, stdout, stderr } = await guras(['run', written('story.yaml', story(4)), ...options]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(remedy)]);
  });
});

describe('a misspelt step', () => {
  const text = story(4).replace('create:', 'crete:');

  it('is shown by lint with its place, a caret and what was meant', async () => {
    const file = written('story.yaml', text);
    const { code, stdout } = await guras(['lint', file]);
    expect(code).toBe(2);
    expect(stdout).toContain(`${file}:8:7`);
    expect(stdout).toContain('did you mean "create"?');
    expect(stdout).toMatch(/\^{5}/);
  });

  it('keeps run from playing anything', async () => {
    const report = inScratch('report.xml');
    const files = [written('good.yaml', story(4)), written('bad.yaml', text)];
    const { code, stdout, stderr } = await guras(['run', ...files, '--report', `junit:${report}`]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('nothing was run');
    expect(existsSync(report)).toBe(false);
  });

  it('is told as data with --json', async () => {
    const { stdout } = await guras(['lint', written('story.yaml', text), '--json']);
    const [file] = JSON.parse(stdout).files;
    expect(file.diagnostics).toContainEqual(expect.objectContaining({ severity: 'error', line: 8 }));
  });
});
