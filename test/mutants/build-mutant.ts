import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutant.ts';

/** The folder of the package. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a tool ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
}

/** A tool in a folder of its own, built from a copy of the sources. */
export interface BuiltTool {
  /** Runs it with these words, in the folder where this process runs. */
  readonly run: (words: readonly string[]) => Promise<Ended>;
  /** The same with its output passed through. */
  readonly show: (words: readonly string[]) => Promise<Ended>;
  /** Takes the folder away. */
  readonly remove: () => void;
}

/** Copies the sources, puts the defect in (null: none), and builds the tool. */
export async function buildMutant(mutant: Mutant | null): Promise<BuiltTool> {
  const folder = mkdtempSync(join(root, '.mutant-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    process.off('exit', remove);
  };
  process.on('exit', remove);
  try {
    for (const part of ['src', 'bin', 'package.json', 'tsconfig.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    if (mutant !== null) plant(join(folder, mutant.file), mutant);
    const bundling = (await import(
      pathToFileURL(join(folder, 'bin/bundle.mjs')).href
    )) as typeof import('../../bin/bundle.mjs');
    await bundling.bundleTool(join(folder, 'dist/bin'));
  } catch (error) {
    remove();
    throw error;
  }
  const tool = join(folder, 'bin/guras-sync');
  return { run: (words) => ended(tool, words, 'pipe'), show: (words) => ended(tool, words, 'inherit'), remove };
}

/** Puts the new text where the old one stands. Throws unless it stands there exactly once. */
export function planted(source: string, { name, file, old, new: text }: Mutant): string {
  const parts = source.split(old);
  if (parts.length !== 2)
    throw new Error(`${name}: the old text stands ${parts.length - 1} times in ${file}, not once`);
  return parts.join(text);
}

function plant(file: string, mutant: Mutant): void {
  writeFileSync(file, planted(readFileSync(file, 'utf8'), mutant));
}

function ended(tool: string, words: readonly string[], output: 'pipe' | 'inherit'): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tool, ...words], {
      stdio: ['ignore', output, output === 'pipe' ? 'ignore' : 'inherit'],
    });
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout }));
  });
}
