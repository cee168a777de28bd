import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTool } from '../../bin/bundle.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The tool as it is shipped, made of the sources as they are now, in a folder of its own. */
export interface BuiltTool {
  /** Scratch folder of the test; gone after `remove`. */
  readonly folder: string;
  /** What `bin/guras-sync` is in the package. */
  readonly command: string;
  /** The file of a program that was bundled beside the tool. */
  program(name: string): string;
  /** Takes away the folder and all in it. */
  remove(): void;
}

/**
 * Bundles the tool as the build does, with `programs` of a test (name → source file) beside it. The folder looks like
 * the installed package: bin/, dist/bin/, package.json, node_modules.
 */
export async function buildTool(programs: Readonly<Record<string, string>> = {}): Promise<BuiltTool> {
  const folder = mkdtempSync(join(tmpdir(), 'guras-tool-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(join(folder, 'bin'));
    for (const file of ['bin/guras-sync', 'package.json']) copyFileSync(join(root, file), join(folder, file));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    await bundleTool(join(folder, 'dist/bin'), programs);
  } catch (error) {
    remove();
    throw error;
  }
  const command = join(folder, 'bin/guras-sync');
  return { folder, command, program: (name) => join(folder, 'dist/bin', `${name}.js`), remove };
}
