// Keeps what V8 compiles of the tool while it does the work of one command, for the next starts: run by the build, in a
// process of its own per command: `keep-compiled.mjs queue FOLDER`. What a command doesn't use would only cost it time.
// Whether the commands succeed is not for the build to judge.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [, , command = '', folder = ''] = process.argv;
const tool = pathToFileURL(join(folder, 'main.js')).href;
const { main, script } = await import(tool);

const nobody = { write: () => undefined, isTTY: false, columns: 100 };
const deaf = {
  stdout: nobody,
  stderr: nobody,
  environment: {},
  readStdin: async () => '',
  onStop: () => () => undefined,
  onReaderGone: () => () => undefined,
  leave: () => undefined,
};

const temporary = mkdtempSync(join(tmpdir(), 'guras-sync-build-'));
const device = join(temporary, 'device.db');
const smoke = fileURLToPath(new URL('../scenarios/smoke.yaml', import.meta.url));
const edits = [
  ['device', 'init', device, '--user', 'ana'],
  ['device', 'create', device, 'meditationStats', 'me', '--set', 'totalSessions=1'],
];
/** @type {Record<string, readonly (readonly string[])[]>} */
const work = {
  run: [['run', smoke, '--on', 'sim']],
  device: [...edits, ['device', 'list', device, 'meditationStats']],
  queue: [['queue', 'list', device]],
};

/** Does what comes before the command without its code being kept. @param {readonly (readonly string[])[]} lines */
function inAnotherProcess(lines) {
  const code = `const { main } = await import('${tool}'); for (const line of ${JSON.stringify(lines)}) await main(line);`;
  execFileSync(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
}

try {
  if (command === 'queue') inAnotherProcess(edits);
  for (const line of work[command] ?? []) await main(line, deaf);
  writeFileSync(join(folder, `tool-${command}.cache`), script.createCachedData());
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
