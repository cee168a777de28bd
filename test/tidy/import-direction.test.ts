import { describe, expect, it } from 'vitest';
import { importDirection } from './rules/import-direction.ts';
import { described, planted, readProject } from './source.ts';

describe('import direction', () => {
  it('a folder of src/ imports only folders above it, and portable folders only portable ones', () => {
    expect(described(importDirection(readProject()))).toEqual([]);
  });

  it.each([
    ['a folder below', 'src/core/model/a.ts', "import { x } from '../queue/item.ts';"],
    ['a folder below, for a type', 'src/core/model/a.ts', "import type { x } from '../queue/item.ts';"],
    ['a type in place', 'src/lib/a.ts', "export type A = import('../core/ids.ts').Id;"],
    ['a re-export from below', 'src/lib/a.ts', "export * from '../core/ids.ts';"],
    ['a folder below, when asked for', 'src/sim/a.ts', "await import('../cli/main.ts');"],
    ['a single file of core below', 'src/core/ids.ts', "import { x } from './limits.ts';"],
    ['a folder that is not portable', 'src/redux/a.ts', "import { x } from '../adapters/node/keys.ts';"],
    ['a module of Node in a portable folder', 'src/engine/a.ts', "import { readFileSync } from 'node:fs';"],
    ['a third party in a portable folder', 'src/core/sync/a.ts', "import * as z from 'zod/mini';"],
    ['the whole of zod in the model', 'src/core/model/a.ts', "import * as z from 'zod';"],
    ['another module of Redux', 'src/redux/a.ts', "import { Provider } from 'react-redux';"],
    ['a folder outside src/', 'src/cli/a.ts', "import { x } from '../../test/tidy/source.ts';"],
    ['the entry point of the package', 'src/cli/a.ts', "import { x } from '../index.ts';"],
    [
      'something that is not portable, in the portable entry point',
      'src/index.ts',
      "export * from './server/http.ts';",
    ],
    ['a third party by import()', 'src/cli/a.ts', "const { Pool } = await import('undici');"],
  ])('finds %s', (_, path, text) => {
    expect(importDirection([planted(path, text)])).toHaveLength(1);
  });

  it('finds a file in a folder that is not in the list', () => {
    expect(importDirection([planted('src/extra/a.ts', 'export {};')])).toHaveLength(1);
    expect(importDirection([planted('src/main.ts', 'export {};')])).toHaveLength(1);
  });

  it.each([
    ['the same folder', 'src/core/queue/a.ts', "import { x } from './item.ts';"],
    ['a folder above', 'src/cli/commands/a.ts', "import { x } from '../../lib/heap.ts';"],
    ['zod/mini in the protocol', 'src/core/protocol/a.ts', "import * as z from 'zod/mini';"],
    ['Redux in its binding', 'src/redux/a.ts', "import { createSlice } from '@reduxjs/toolkit';"],
    ['a file of ours by import()', 'src/cli/main.ts', "await import('./commands/run.ts');"],
    ['anything, in the entry point for Node', 'src/node.ts', "export * from './adapters/node/keys.ts';"],
  ])('allows %s', (_, path, text) => {
    expect(importDirection([planted(path, text)])).toEqual([]);
  });
});
