import { describe, expect, it } from 'vitest';
import { fileNames } from './rules/file-names.ts';
import { described, planted, readProject } from './source.ts';

describe('file names', () => {
  it('files and folders are kebab-case and say what they hold', () => {
    expect(described(fileNames(readProject()))).toEqual([]);
  });

  it.each([
    'src/lib/myHeap.ts',
    'src/lib/my_heap.ts',
    'src/Lib/heap.ts',
    'src/lib/utils.ts',
    'src/utils/heap.ts',
    'src/lib/queue-manager.ts',
    'test/lib/heap-helpers.ts',
    'scenarios/Smoke.yaml',
  ])('finds %s', (path) => {
    expect(fileNames([planted(path, '')])).toHaveLength(1);
  });

  it.each([
    'src/core/sync/on-pull-answered.ts',
    'src/tsconfig.portable.json',
    'test/lib/heap.test.ts',
    'bin/repair-lock.mjs',
    'bin/guras-sync',
    'docs/README.md',
  ])('allows %s', (path) => {
    expect(fileNames([planted(path, '')])).toEqual([]);
  });
});
