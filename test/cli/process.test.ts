import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { guras } from './captured-terminal.ts';
import { newDevice, scratchFolder, session } from './scratch.ts';

const inScratch = scratchFolder();
const root = fileURLToPath(new URL('../../', import.meta.url));
const program = `import { main } from './src/cli/main.ts'; process.exitCode = await main(process.argv.slice(1));`;
const nodeWords = ['--import', 'tsx', '--input-type=module', '-e', program, '--'];

/** Runs the tool as a process of its own inside a shell line, in which `guras` stands for it. */
function inShell(line: string, ...argv: readonly string[]) {
  const words = [process.execPath, ...nodeWords].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const shell = ['-c', `guras() { ${words} "$@"; }\n${line}`, 'test', ...argv];
  return spawnSync('bash', shell, { cwd: root, encoding: 'utf8' });
}

describe('the tool as a process', () => {
  it('a full disk is said, ends with 4, and nothing is half written', async () => {
    const phone = inScratch('phone.db');
    await newDevice(phone);
    // Files may not grow over 150 KiB in this shell: the device's log has no room for a note of 200 kB.
    const create = `ulimit -f 150; guras device create "$1" meditation s1 --data "$2" ${session.join(' ')}`;
    const { status, stdout, stderr } = inShell(create, phone, JSON.stringify({ notes: 'n'.repeat(90_000) }));
    expect([status, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(new RegExp(`^error: ${phone}: `));
    expect((await guras(['queue', 'list', phone])).stdout).toBe('the queue is empty\n');
    expect((await guras(['device', 'create', phone, 'meditation', 's1', ...session])).code).toBe(0);
  });

  it('a device for which there is no room is not made, and the disk is to blame', () => {
    const phone = inScratch('phone.db');
    const { status, stderr } = inShell('ulimit -f 40; guras device init "$1" --user ana', phone);
    expect([status, stderr]).toEqual([4, expect.stringMatching(/^error: .*the disk failed.*\n {2}check the disk/)]);
    expect(existsSync(phone)).toBe(false);
  });

  it('an output that can not be written ends with 4', () => {
    const { status, stderr } = inShell('guras schema scenario > /dev/full');
    expect([status, stderr]).toEqual([4, expect.stringContaining('the output can not be written')]);
  });

  it('a reader that goes away is no error', () => {
    const { status, stdout, stderr } = inShell('set -o pipefail; guras schema scenario | head -c 1');
    expect([status, stdout, stderr]).toEqual([0, '{', '']);
  });

  it('the script for bash completes commands and options', () => {
    const ask = `COMP_WORDS=(guras-sync device sync x --p); COMP_CWORD=4; _guras_sync; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = inShell(`source <(guras completion bash); ${ask}`);
    expect([stdout, stderr]).toEqual(['--push-only --pull-only\n', '']);
  });

  it('serve prints its address, stops on SIGTERM and ends with 143', async () => {
    const serve = [...nodeWords, 'serve', '--port', '0', '--store', `sqlite:${inScratch('server.db')}`];
    const child = spawn(process.execPath, serve, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const url = await new Promise<string>((resolve) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    const code = await new Promise((resolve) => {
      child.once('close', resolve);
    });
    expect(code).toBe(143);
    expect(
      log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toContain('the server is closed');
  });
});
