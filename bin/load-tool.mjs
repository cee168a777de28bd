// Loads the tool. The build copies this file to dist/bin/main.js, beside the script it loads and the code that V8 compiled
// of it for this command (bin/keep-compiled.mjs): most of a start would else go into compiling. Node 20 can't keep it by itself.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';

const url = new URL('tool.cjs', import.meta.url).href;
const command = (process.argv[2] ?? '').replaceAll(/[^a-z]/g, '');
const compiled = new URL(`tool-${command}.cache`, import.meta.url);

/** The whole tool as a script. Compiled code of another Node, or made under other flags, is passed over by V8. */
export const script = new Script(readFileSync(new URL(url), 'latin1'), {
  filename: fileURLToPath(url),
  ...(existsSync(compiled) ? { cachedData: readFileSync(compiled) } : {}),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});

/** @type {{ exports: typeof import('../src/cli/main.ts') }} */
const tool = { exports: /** @type {any} */ ({}) };
script.runInThisContext()(tool.exports, tool, createRequire(url), url);

/** Runs the tool with the user's arguments; see src/cli/main.ts. */
export const { main } = tool.exports;
