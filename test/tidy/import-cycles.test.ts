import { describe, expect, it } from 'vitest';
import { importCycles } from './rules/import-cycles.ts';
import { described, planted, readProject } from './source.ts';

describe('import cycles', () => {
  it('no file reaches itself through its imports', () => {
    expect(described(importCycles(readProject()))).toEqual([]);
  });

  it('finds a cycle of three files, once', () => {
    const files = [
      planted('src/lib/c.ts', "export * from './a.ts';"),
      planted('src/lib/a.ts', "import { b } from './b.ts';"),
      planted('src/lib/b.ts', "await import('./c.ts');"),
    ];
    expect(importCycles(files)).toEqual([
      {
        path: 'src/lib/a.ts',
        line: 1,
        message: 'imports itself: src/lib/a.ts > src/lib/b.ts > src/lib/c.ts > src/lib/a.ts',
      },
    ]);
  });

  it('finds a file that imports itself', () => {
    expect(importCycles([planted('src/lib/a.ts', "import { a } from './a.ts';")])).toHaveLength(1);
  });

  it('allows types to refer to each other, which leaves nothing at run time', () => {
    const files = [
      planted('src/lib/a.ts', "import type { B } from './b.ts';"),
      planted('src/lib/b.ts', "import { a } from './a.ts';"),
    ];
    expect(importCycles(files)).toEqual([]);
  });
});
