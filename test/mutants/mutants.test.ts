import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { buildMutant, planted } from './build-mutant.ts';
import { hunt } from './hunt.ts';
import { canary, mutants } from './table.ts';

describe('a mutant', () => {
  it.each([canary, ...mutants].map((mutant) => [mutant.name, mutant] as const))(
    '"%s" changes a text that is there once',
    (_, mutant) => {
      const source = readFileSync(mutant.file, 'utf8');
      expect(planted(source, mutant)).not.toBe(source);
    },
  );

  it('is refused when its text is not there, or there twice', () => {
    const mutant = { name: 'odd', file: 'src/odd.ts', old: 'a', new: 'b' };
    expect(() => planted('xyz', mutant)).toThrow('0 times');
    expect(() => planted('aa', mutant)).toThrow('2 times');
    expect(planted('$xay', { ...mutant, new: '$&' })).toBe('$x$&y');
  });
});

describe('the table', () => {
  it('has at least 25 defects, each with a name of its own, in every part that syncs', () => {
    const names = [canary, ...mutants].map(({ name }) => name);
    expect(mutants.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    const parts = new Set(mutants.map(({ file }) => file.split('/').slice(0, 2).join('/')));
    expect([...parts].sort()).toEqual(['src/adapters', 'src/core', 'src/engine', 'src/server']);
  });
});

describe('a hunt', () => {
  it('finds the canary at once', async () => {
    const tool = await buildMutant(canary);
    try {
      const { claims, runs } = await hunt(tool, { runs: 3, folder: tmpdir() });
      expect(claims).not.toEqual([]);
      expect(runs).toBeLessThanOrEqual(3);
    } finally {
      tool.remove();
    }
  }, 120_000);
});

describe('the words of npm run mutants', () => {
  it('name mutants, or what is played under one', () => {
    expect(readArguments([])).toMatchObject({ deed: 'hunt', isWhole: true, atOnce: 1, runs: 1_000 });
    expect(readArguments(['canary', '--runs', '5'])).toMatchObject({ isWhole: false, mutants: [canary], runs: 5 });
    expect(readArguments(['canary', 'run', 'a.yaml', '--seed', '7'])).toMatchObject({
      deed: 'run',
      words: ['a.yaml', '--seed', '7'],
    });
    expect(readArguments(['canary', 'shrink'])).toMatchObject({ deed: 'shrink', mutants: [canary] });
    expect(readArguments(['--shrink', '--at-once', '2'])).toMatchObject({ deed: 'shrink', isWhole: true, atOnce: 2 });
  });

  it('are refused in one sentence', () => {
    expect(() => readArguments(['canari'])).toThrow('there is no mutant "canari"; did you mean canary?');
    expect(() => readArguments(['run', 'a.yaml'])).toThrow('say: NAME run FILE');
    expect(() => readArguments(['--runs', 'many'])).toThrow('a whole number');
    expect(() => readArguments(['--fast'])).toThrow('--fast');
  });
});
