import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guras } from './captured-terminal.ts';
import { scratchFolder } from './scratch.ts';

const inScratch = scratchFolder();

function story(): string {
  const file = inScratch('story.yaml');
  writeFileSync(
    file,
    `scenario: a theme reaches the server
devices:
  phone: { user: ana }
steps:
  - phase: the beginning
  - phone: offline
  - phone: { create: preferences/me, set: { theme: dark } }
  - phone: { online: true }
  - all: { until: synced, within: 5m }
  - phone: { kill: true }
  - phone: { restart: 1s }
`,
  );
  return file;
}

function stepping(typed: readonly string[], more: readonly string[] = []) {
  return guras(['run', story(), '--step', '--stories', 'none', ...more], { typed, isTTY: true });
}

describe('run --step', () => {
  it('stops before each step, tells how every device is, and goes on at Enter', async () => {
    const { code, stdout, stderr } = await stepping(['', '', '', '', '', '']);
    expect(code).toBe(0);
    expect(stdout).toContain('1 passed');
    const stops = stderr.split('\n').filter((line) => line.includes('next: '));
    expect(stops).toHaveLength(6);
    expect(stops[1]).toMatch(/next: phone creates preferences\/me: theme "dark".*story\.yaml:7:5/);
    expect(stderr).toMatch(/phone {2}no line, life 1, .*, 1 item \(1 pending\)/);
    expect(stderr).toMatch(/phone {2}online, life 1, synced, queue empty/);
    expect(stderr).toContain('phone  killed after life 1, online');
  });

  it('c goes on to the end, and so does the end of the input', async () => {
    for (const typed of [['', 'c'], ['']]) {
      const { code, stderr } = await stepping(typed);
      expect([code, stderr.match(/next: /g)?.length]).toEqual([0, 2]);
    }
  });

  it('the run is the same as without it', async () => {
    const hash = (text: string) => /[0-9a-f]{16}/.exec(text)?.[0];
    const plain = await guras(['run', story(), '--stories', 'none']);
    expect(hash((await stepping(['c'])).stdout)).toBe(hash(plain.stdout));
    expect(hash(plain.stdout)).toBeDefined();
  });

  it('is refused where nobody can press Enter, and where time would go on', async () => {
    const alone = await guras(['run', story(), '--step']);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--step needs a terminal')]);
    const embedded = await stepping([], ['--on', 'embedded']);
    expect([embedded.code, embedded.stderr]).toEqual([2, expect.stringContaining('real time would go on')]);
    const both = await stepping([], ['--watch']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('do not go together')]);
  });
});
