import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guras } from './captured-terminal.ts';
import { scratchFolder } from './scratch.ts';

const inScratch = scratchFolder();

function story(more = ''): string {
  const file = inScratch('story.yaml');
  writeFileSync(
    file,
    `scenario: a theme reaches the server
devices: { phone: { user: ana, offline: true } }
steps:
  - phone: online
  - all: synced
  - phone: { create: preferences/me, set: { theme: dark }, as: theme }
  - all: { until: synced }
expect:
  - server: { effects: { theme: 1 } }
${more}`,
  );
  return file;
}

describe('run of a story that is to be swept', () => {
  it('plays it and all its variants, and tells those that hold in one line', async () => {
    const { code, stdout } = await guras(['run', story('sweep: lose-every-leg\n'), '--stories', 'none']);
    expect(code).toBe(0);
    const [first, second, last] = stdout.split('\n');
    expect(first).toContain('a theme reaches the server (');
    const variants = Number(/^passed +(\d+) variants of it$/.exec(second ?? '')?.[1]);
    expect(variants).toBeGreaterThan(5);
    expect(last).toBe(`${variants + 1} passed, 0 failed, 0 skipped`);
  });

  it('--sweep sweeps any story, whatever its file says', async () => {
    const { stdout } = await guras(['run', story(), '--sweep', 'crash-at-every-step', '--stories', 'none']);
    expect(stdout).toContain('5 variants of it');
  });

  it('a variant that fails tells its point, and its replay command plays it alone', async () => {
    const file = story('  - phone: { requests: { push: 1 } }\nsweep: lose-every-leg\n');
    const { code, stdout } = await guras(['run', file, '--stories', 'none']);
    expect(code).toBe(1);
    expect(stdout).toContain('[sweep=lose the answer of push 1 of phone]');
    expect(stdout).toContain("--case 1 --point 'lose the answer of push 1 of phone'");
    const point = ['--point', 'lose the answer of push 1 of phone'];
    const again = await guras(['run', file, '--case', '1', ...point, '--stories', 'none']);
    expect(again.stdout).toContain('0 passed, 1 failed, 0 skipped');
    const hash = (text: string) => /lose the answer of push 1 of phone\].*?([0-9a-f]{16})/.exec(text)?.[1];
    expect(hash(again.stdout)).toBe(hash(stdout));
  });

  it('--json tells every variant in a line of its own', async () => {
    const { stdout } = await guras(['run', story('sweep: crash-at-every-step\n'), '--json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatchObject({ verdict: 'passed', caseValues: { sweep: 'kill phone before step 1' } });
  });

  it('an unknown sweep or point is refused with what is known', async () => {
    const sweep = await guras(['run', story(), '--sweep', 'loose-every-leg']);
    expect([sweep.code, sweep.stderr]).toEqual([2, expect.stringContaining('did you mean lose-every-leg?')]);
    const point = await guras(['run', story(), '--point', 'kill phone before step 99']);
    expect([point.code, point.stderr]).toEqual([2, expect.stringContaining('did you mean kill phone before step')]);
  });
});
