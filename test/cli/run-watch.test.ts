import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';
import { scratchFolder } from './scratch.ts';

const inScratch = scratchFolder();

const story = (theme: string) => `scenario: a theme is kept
devices:
  phone: { user: ana }
fixtures: { ana: [fixtures/ana.yaml] }
steps:
  - phone: { until: synced, within: 5m }
expect:
  - phone: { preferences/me: { theme: ${theme} } }
`;
const fixture = (theme: string) => `rows: { preferences: { me: { theme: ${theme} } } }\n`;

function written(name: string, text: string): string {
  const file = inScratch(name);
  writeFileSync(file, text);
  return file;
}

/** A watching run of a story whose fixture says dark; `shown` waits for its so-manieth end of a round. */
function watching(argv: readonly string[] = []) {
  mkdirSync(inScratch('fixtures'));
  const ana = written('fixtures/ana.yaml', fixture('dark'));
  const file = written('story.yaml', story('dark'));
  const terminal = new CapturedTerminal();
  const ended = main(['run', argv[0] ?? file, '--watch', '--stories', 'none', ...argv.slice(1)], terminal);
  const rounds = (count: number) => terminal.shows(new RegExp(`(watching[^]*){${count}}`), 'stderr');
  return { file, ana, terminal, ended, rounds };
}

describe('run --watch', () => {
  it('plays again after a change of the scenario or of a fixture, and Ctrl-C ends it', async () => {
    const { file, ana, terminal, ended, rounds } = watching();
    await rounds(1);
    expect(terminal.text.stdout).toContain('1 passed, 0 failed');
    expect(terminal.text.stderr).toContain('watching 2 files; Ctrl-C ends');
    writeFileSync(ana, fixture('light'));
    await rounds(2);
    expect(terminal.text.stdout).toContain('0 passed, 1 failed');
    // As editors do: a new file in the old one's place.
    renameSync(written('story.yaml.new', story('light')), file);
    await rounds(3);
    expect(terminal.text.stdout.match(/1 passed, 0 failed/g)).toHaveLength(2);
    terminal.stop('SIGINT');
    expect(await ended).toBe(130);
  });

  it('a mistake is told and waited out', async () => {
    const { file, terminal, ended, rounds } = watching();
    await rounds(1);
    writeFileSync(file, story('dark').replace('until', 'untill'));
    await rounds(2);
    expect(terminal.text.stderr).toContain('did you mean "until"?');
    expect(terminal.text.stderr).toContain("1 file can't be played");
    writeFileSync(file, story('dark'));
    await rounds(3);
    expect(terminal.text.stdout.match(/1 passed/g)).toHaveLength(2);
    terminal.stop('SIGTERM');
    expect(await ended).toBe(143);
  });

  it('a new scenario in a watched folder is played too, and a report into that folder starts nothing', async () => {
    const report = inScratch('report.xml');
    const { terminal, ended, rounds } = watching([inScratch('.'), '--report', `junit:${report}`]);
    await rounds(1);
    written('another.yaml', story('dark').replace('kept', 'kept again'));
    await rounds(2);
    expect(terminal.text.stdout).toContain('2 passed');
    expect(readFileSync(report, 'utf8')).toContain('tests="2"');
    expect(terminal.text.stderr.match(/watching/g)).toHaveLength(2);
    terminal.stop('SIGINT');
    expect(await ended).toBe(130);
  });

  it('refuses to watch standard input', async () => {
    expect(await guras(['run', '-', '--watch'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name files or folders'),
    });
  });
});
