import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { calling } from '../conformance/falsify.ts';
import { type Wrong, type WrongServer, wrongServer } from '../conformance/wrong-server.ts';
import { patternOf, printedFor, toldIn } from '../docs/console.ts';
import { blocksOf, readPage } from '../docs/page.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';
import { type Serving, scratchFolder, serving } from './scratch.ts';

const inScratch = scratchFolder();
let server: Serving;
beforeAll(async () => {
  server = await serving();
});
afterAll(() => server.stop());

/** What the tool says of the server with something wrong before it. */
async function conformance(argv: readonly string[], wrong?: Wrong) {
  const front: WrongServer | null = wrong === undefined ? null : await wrongServer(server.url, wrong);
  try {
    return await guras(['conformance', front?.url ?? server.url, ...argv]);
  } finally {
    await front?.close();
  }
}

describe('conformance', () => {
  it('prints what its page shows', async () => {
    const told = toldIn(blocksOf(readPage('docs/conformance.md')), 'console');
    expect(told).toHaveLength(2);
    for (const { line, output } of told) {
      const printed = await printedFor(line, { folder: inScratch('.'), serverUrl: server.url });
      expect(printed.replaceAll(server.url, 'http://127.0.0.1:8080'), line).toMatch(
        new RegExp(`^${patternOf(output)}$`),
      );
    }
  });

  it('ends with 0 when all that applied is kept', async () => {
    const { code, stdout } = await conformance(['--only', 'groups', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'guras-sync/conformance/1',
      exitCode: 0,
      counts: { kept: 5, broken: 0 },
    });
  });

  it('ends with 1 for a finding, told with its evidence', async () => {
    const { code, stdout, stderr } = await conformance(
      ['--only', 'a-repeat-is-a-duplicate'],
      calling('duplicate', 'applied'),
    );
    expect(code).toBe(1);
    expect(stderr).toBe('critical a-repeat-is-a-duplicate\n');
    expect(stdout).toMatch(/^critical a-repeat-is-a-duplicate \(effects doubled\)\n/);
    expect(stdout).toMatch(/expected: the repeat to be answered duplicate/);
    expect(stdout).toMatch(/row: {6}meditation\/conformance-/);
    expect(stdout).toMatch(/own: POST \/api\/sync\/sync -> 200/);
    expect(stdout).toMatch(/0 kept, 1 broken \(1 critical\)/);
  });

  it('ends with 3 when nothing could be asked, or the server failed before', async () => {
    expect((await conformance(['--only', 'a-forged-token-is-401'])).code).toBe(3);
    const failing: Wrong = async () => ({ status: 500, headers: {}, text: 'down', body: {} });
    const { code, stdout } = await conformance(['--only', 'deletes'], failing);
    expect(code).toBe(3);
    expect(stdout).toMatch(/inconclusive a-tombstone-is-pulled: .* was answered 500/);
  });

  it('ends with 4 when nothing answers', async () => {
    const { code, stderr } = await guras(['conformance', 'http://127.0.0.1:1']);
    expect([code, stderr]).toEqual([4, expect.stringMatching(/http:\/\/127.0.0.1:1 can't be reached/)]);
  });

  it.each([
    [[], /no server is named/],
    [['nowhere'], /no http or https address/],
    [['https://sync.example.org'], /is not this machine.*\n.*--i-own-this-target/],
    [['https://sync.example.org', '--i-own-this-target'], /no token/],
    [['http://127.0.0.1:1', '--only', 'group'], /there is no claim or topic "group"\n {2}did you mean groups\?/],
    [['http://127.0.0.1:1', '--report', 'tap'], /no report format "tap"/],
  ] as const)('refuses %j', async (argv, message) => {
    const { code, stderr } = await guras(['conformance', ...argv]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('lists its claims without a server', async () => {
    const { code, stdout } = await guras(['conformance', '--list', '--only', 'digest', '--json']);
    expect(code).toBe(0);
    const { claims } = JSON.parse(stdout);
    expect(claims).toHaveLength(3);
    expect(claims[0]).toMatchObject({ claim: 'a-digest-matches-the-rows', topic: 'digest', severity: 'major' });
  });

  it('ends in order at Ctrl-C: what was written is taken away', async () => {
    const terminal = new CapturedTerminal();
    const ended = main(['conformance', server.url, '--json'], terminal);
    const stop = (): void => terminal.stop('SIGINT');
    await terminal.shows(/50 of/, 'stderr');
    stop();
    expect(await ended).toBe(130);
    const document = JSON.parse(terminal.text.stdout);
    expect(document).toMatchObject({ isStopped: true, cleanUp: { left: [] } });
    expect(document.cleanUp.usersErased).toBeGreaterThan(40);
  });
});

describe('its reports', () => {
  const token = 'a-name-that-is-a-secret';
  /** Everything that was sent, tokens too, comes back in the answer. */
  const echoing: Wrong = async (call, forward) => {
    const answer = await forward(call);
    const text = `${JSON.stringify(call.headers)}<script>alert(1)</script>\u0000`;
    return call.name === 'pull' ? { ...answer, status: 400, text, body: {}, headers: { 'set-cookie': token } } : answer;
  };

  it.each(['text', 'json', 'junit', 'html'])('%s shows evidence and no token', async (format) => {
    const file = inScratch('token');
    writeFileSync(file, token);
    const report = inScratch(`report.${format}`);
    const argv = ['--token-file', `own=${file}`, '--only', 'an-applied-row-is-pulled', '--only', 'a-pull-registers'];
    const { code } = await conformance([...argv, '--report', `${format}:${report}`], echoing);
    expect(code).toBe(3);
    const text = readFileSync(report, 'utf8');
    expect(text).toContain('a-pull-registers');
    expect(text).not.toContain(token);
    if (format === 'html') expect(text).not.toContain('<script>alert');
    if (format === 'html' || format === 'json') expect(text).toContain('[redacted]');
    if (format === 'junit') expect(text).toMatch(/<error message=.*>own: POST \/api\/sync\/changes/);
    if (format === 'junit') expect(text).not.toContain('\u0000');
  });
});
