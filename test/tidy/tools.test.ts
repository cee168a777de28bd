// The compiler and the linter are rules too. A tool that is misconfigured passes everything, so each is shown a plant.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PORTABLE_FOLDERS } from './folders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guras-tidy-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Everything a tool prints, whatever its exit code. */
function outputOf(tool: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [tool, ...args], { cwd: folder }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** The error lines of the compiler on one file under the portable configuration. */
async function compilePortable(text: string): Promise<string[]> {
  await writeFile(join(folder, 'planted.ts'), text);
  const config = { extends: join(root, 'src/tsconfig.portable.json'), include: ['planted.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const output = await outputOf(tsc, ['--noEmit', '--pretty', 'false', '-p', 'tsconfig.json']);
  return output.split('\n').filter((line) => line.includes('error TS'));
}

/** The names of the rules that the linter finds broken in one file under the project's configuration. */
async function lint(text: string): Promise<string[]> {
  const config = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
  const { $schema: _, vcs: __, files: ___, ...rules } = config;
  await writeFile(join(folder, 'biome.json'), JSON.stringify({ ...rules, root: true }));
  await writeFile(join(folder, 'planted.ts'), text);
  const output = await outputOf(biome, ['lint', '--colors=off', 'planted.ts']);
  return [...output.matchAll(/planted\.ts\S* lint\/(\S+)/g)].map(([, rule]) => rule ?? '').sort();
}

describe('the portable compiler configuration', () => {
  it.each([
    "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;",
    'export const a = process.argv;',
    "export const a = Buffer.from('');",
    'export const a = setTimeout(() => 1, 1);',
    "export const a = fetch('/');",
    'export const a = window.location;',
    'export const a = crypto.randomUUID();',
    'export const a = performance.now();',
    'console.log(1);',
  ])('refuses %s', async (text) => {
    expect(await compilePortable(text)).toHaveLength(1);
  });

  it('accepts the language itself', async () => {
    const text = 'export const a = new Map([[1, [3, 1].toSorted()]]);\nexport const b = new Date(0).toISOString();';
    expect(await compilePortable(text)).toEqual([]);
  });

  it('and the linter cover the portable folders of the list, no more and no fewer', async () => {
    const portable = JSON.parse(await readFile(join(root, 'src/tsconfig.portable.json'), 'utf8'));
    const linter = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
    expect(portable.include).toEqual(PORTABLE_FOLDERS);
    expect(linter.overrides.at(-1).includes).toEqual(PORTABLE_FOLDERS.map((name) => `src/${name}/**`));
  });
});

describe('the linter', () => {
  it.each([
    ['nursery/noFloatingPromises', 'export function f() {\n  slow();\n}'],
    ['nursery/noFloatingPromises', 'export function f() {\n  slow().then(() => 1);\n}'],
    ['nursery/noMisusedPromises', 'export function f() {\n  if (slow()) return 1;\n  return 2;\n}'],
    [
      'nursery/useExhaustiveSwitchCases',
      "export function f(a: 'a' | 'b') {\n  switch (a) {\n    case 'a':\n      slow.name;\n  }\n}",
    ],
    ['style/noNonNullAssertion', 'export const a = [1][0]!;'],
    ['suspicious/noExplicitAny', 'export const a: any = 1;'],
    ['suspicious/noFocusedTests', "import { it } from 'vitest';\nit.only('a', slow);"],
  ])('finds %s', async (rule, text) => {
    expect(await lint(`${text}\nasync function slow(): Promise<void> {}\nvoid slow;`)).toContain(rule);
  });
});
