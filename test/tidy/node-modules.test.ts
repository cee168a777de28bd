import { describe, expect, it } from 'vitest';
import { nodeModules } from './rules/node-modules.ts';
import { described, planted, readProject } from './source.ts';

describe('modules of Node', () => {
  it('the simulator and everything it runs on leave the machine alone', () => {
    expect(described(nodeModules(readProject()))).toEqual([]);
  });

  it('finds a module of Node in a world, a fault or a server decision', () => {
    const text = "import { readFileSync } from 'node:fs';";
    expect(nodeModules([planted('src/sim/a.ts', text)])).toHaveLength(1);
    expect(nodeModules([planted('src/faults/a.ts', text)])).toHaveLength(1);
    expect(nodeModules([planted('src/server/decide/a.ts', text)])).toHaveLength(1);
    expect(nodeModules([planted('src/world/a.ts', "await import('node:os');")])).toHaveLength(1);
  });

  it('allows it where the machine is the point', () => {
    const text = "import { readFileSync } from 'node:fs';";
    expect(nodeModules([planted('src/cli/a.ts', text), planted('src/server/http.ts', text)])).toEqual([]);
  });
});
