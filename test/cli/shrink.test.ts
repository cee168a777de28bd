import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';
import { scratchFolder } from './scratch.ts';

const inScratch = scratchFolder();

/** A story whose last expectation is wrong; two of its steps have nothing to do with that. */
const failing = `
scenario: somebody shows the other note
matrix: { wanted: [calm, busy] }
devices:
  phone: { user: ana, clock: +3h }
  tablet: { user: ana }
steps:
  - phone: { create: meditation/s1, set: &whole { sessionId: a, startedAt: "2026-03-01T06:30:00Z", completedAt: "2026-03-01T06:42:00Z", durationSec: 720, notes: calm } }
  - tablet: { next: { pull: lose-response } }
  - all: { until: synced }
  - phone: { create: meditation/s2, set: { <<: *whole, sessionId: b } }
expect:
  - phone: { meditation/s1: { notes: "\${wanted}" } }
`;

function written(name: string, text: string): string {
  const file = inScratch(name);
  writeFileSync(file, text.replace('{ <<: *whole, sessionId: b }', '*whole'));
  return file;
}

describe('shrink', () => {
  it('makes a story written by hand small: the first case that fails, as a file that fails too', async () => {
    const file = written('fails.yaml', failing);
    const { code, stdout } = await guras(['shrink', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 step of 4: row/);
    const small = inScratch('fails.small.yaml');
    expect(readFileSync(small, 'utf8')).toMatch(/# .*without it /);
    expect(readFileSync(small, 'utf8')).not.toContain('tablet');
    expect((await guras(['run', small, '--stories', 'none'])).code).toBe(1);
  }, 60_000);

  it('says that there is nothing to do where all holds', async () => {
    const file = written('holds.yaml', failing.replace('[calm, busy]', '[calm]'));
    const { code, stderr } = await guras(['shrink', file]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is nothing to make small')]);
  }, 60_000);

  it('refuses what is no story, or no time', async () => {
    const file = written('odd.yaml', 'scenario: odd\ndevices: { phone: { user: ana } }\nsteps: [ { phone: fly } ]\n');
    expect((await guras(['shrink', file])).code).toBe(2);
    expect((await guras(['shrink', inScratch('absent.yaml')])).code).toBe(4);
    expect((await guras(['shrink', '-'])).code).toBe(2);
    expect((await guras(['shrink', written('f.yaml', failing), '--for', 'soon'])).code).toBe(2);
  });

  it('keeps the smallest so far when it is stopped', async () => {
    const file = written('long.yaml', failing);
    const terminal = new CapturedTerminal();
    const shrinking = main(['shrink', file, '--save', inScratch('new/kept.yaml')], terminal);
    let isOver = false;
    const stop = (): void => {
      terminal.stop('SIGINT');
      if (!isOver) setImmediate(stop);
    };
    stop();
    expect(await shrinking).toBe(130);
    isOver = true;
    expect(terminal.text.stderr).toContain('the smallest so far is kept');
    expect((await guras(['lint', inScratch('new/kept.yaml')])).code).toBe(0);
  });
});
