import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutants } from './table.ts';

describe('a mutant', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '"%s" changes a text that is there once',
    (_, mutant) => {
      expect(readFileSync(mutant.file, 'utf8').split(mutant.old)).toHaveLength(2);
      expect(mutant.new).not.toBe(mutant.old);
    },
  );
});
