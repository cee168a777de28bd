import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ownDatabase } from '../postgres/own-database.ts';
import { guras } from './captured-terminal.ts';
import { scratchFolder, serving } from './scratch.ts';

let url: string;
const scratch = scratchFolder();

beforeAll(async () => {
  url = await ownDatabase();
}, 60_000);

/** The status of the devices of a user, asked over HTTP. */
async function statusAt(server: string): Promise<number> {
  const answer = await fetch(`${server}/api/sync/devices`, { headers: { authorization: 'Bearer ana' } });
  return answer.status;
}

describe('serve on PostgreSQL', () => {
  it('takes its address as an option, from a file and from the environment', async () => {
    const file = scratch('store.txt');
    writeFileSync(file, `${url}\n`);
    for (const [argv, environment] of [
      [['--store', url], {}],
      [['--store', `@${file}`], {}],
      [[], { GURAS_STORE: url }],
    ] as const) {
      const server = await serving(argv, environment);
      expect(await statusAt(server.url)).toBe(200);
      expect(await server.stop()).toBe(143);
    }
  });

  it('says why a database can not be opened, and no word of the password or the user', async () => {
    const away = 'postgres://bob:s3cret-word@127.0.0.1:1/guras';
    const { code, stderr, stdout } = await guras(['serve', '--port', '0', '--store', away]);
    expect([code, stderr]).toEqual([4, expect.stringContaining('postgres://127.0.0.1:1/guras can')]);
    expect(stderr + stdout).not.toMatch(/s3cret|bob/);
  });

  it.each([['postgres'], ['postgres:s3cret-word'], ['postgresql://[s3cret-word']])('refuses %s', async (store) => {
    const { code, stderr } = await guras(['serve', '--port', '0', '--store', store]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is no store')]);
    expect(stderr).not.toContain('s3cret');
  });

  it('a file that is not there is named', async () => {
    const { code, stderr } = await guras(['serve', '--store', '@nowhere.txt']);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--store @nowhere.txt can't be read")]);
  });
});

describe('run on PostgreSQL', () => {
  const run = (...argv: string[]) => guras(['run', 'scenarios/smoke.yaml', '--stories', 'none', ...argv]);

  it('plays a story on two servers and one database', async () => {
    const { code, stdout } = await run('--on', 'embedded', '--store', url, '--servers', '2');
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 passed, 0 failed, 0 skipped')]);
  }, 90_000);

  it.each([
    [['--store', 'postgres'], '--store needs --on embedded'],
    [['--servers', '2'], '--servers needs --on embedded'],
    [['--on', 'embedded', '--servers', '2'], 'several servers need one database'],
    [['--on', 'embedded', '--store', 'sqlight'], '--store sqlight is no store'],
  ])('refuses %j', async (argv, says) => {
    const { code, stderr } = await run(...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it('a PostgreSQL that is away is a failure of the world, told without its password', async () => {
    const { code, stderr } = await run('--on', 'embedded', '--store', 'postgres://bob:s3cret-word@127.0.0.1:1/x');
    expect([code, stderr]).toEqual([4, expect.stringContaining('ECONNREFUSED')]);
    expect(stderr).not.toContain('s3cret');
  });
});
