import { describe, expect, it } from 'vitest';
import { lightStart } from './rules/light-start.ts';
import { described, planted, readProject } from './source.ts';

describe('light start', () => {
  it('the tool loads commander at once and everything else with the command that uses it', () => {
    expect(described(lightStart(readProject()))).toEqual([]);
  });

  it('finds a heavy module two files away from the entry', () => {
    const files = [
      planted('src/cli/main.ts', "import { run } from './commands/run.ts';"),
      planted('src/cli/commands/run.ts', "import { Pool } from 'undici';"),
    ];
    expect(lightStart(files)).toMatchObject([{ path: 'src/cli/commands/run.ts', line: 1 }]);
  });

  it('allows it behind import(), and as a type', () => {
    const files = [
      planted('src/cli/main.ts', "await import('./commands/run.ts');\nimport type { A } from './commands/run.ts';"),
      planted('src/cli/commands/run.ts', "import { Pool } from 'undici';"),
    ];
    expect(lightStart(files)).toEqual([]);
  });
});
