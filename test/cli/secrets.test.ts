import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { storyTokens } from '../../src/live/story-tokens.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';
import { newDevice, scratchFolder, session } from './scratch.ts';

// Every secret holds this word; no output may.
const mark = 'hush7f3a';
const secret = `${mark} secret of thirty-two bytes or more`;
const inScratch = scratchFolder();

/** A server that tells back whatever it is sent, in every place where text of an error can stand. */
let echo: { readonly url: string; close(): void };

beforeAll(async () => {
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const said = `${request.url} ${JSON.stringify(request.headers)} ${body}`;
      const [status, type] = request.url?.includes('issuer')
        ? [500, 'json']
        : (statuses[turn++ % statuses.length] ?? [500, '']);
      const document = { code: 'internal', title: said, detail: said, error: { message: said }, status };
      response
        .writeHead(Number(status), {
          'content-type': `application/${type}`,
          'www-authenticate': `Bearer error="${mark}"`,
        })
        .end(JSON.stringify(document));
    });
  });
  let turn = 0;
  const statuses = [
    [400, 'problem+json'],
    [401, 'problem+json'],
    [500, 'problem+json'],
    [200, 'json'],
    [403, 'problem+json'],
    [503, 'text'],
  ] as const;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  echo = { url: `http://127.0.0.1:${port}`, close: () => server.close() };
});
afterAll(() => echo.close());

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A server with a log of everything, its output, and where its data are. */
async function loggingServer(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const terminal = new CapturedTerminal({ environment });
  const store = inScratch('server.db');
  const ended = main(['serve', '--port', '0', '--store', `sqlite:${store}`, '--log-level', 'debug', ...argv], terminal);
  await terminal.shows(/http:\S+\n/);
  return {
    url: terminal.text.stdout.trim(),
    stop: async () => {
      terminal.stop('SIGTERM');
      await ended;
      return terminal.text.stdout + terminal.text.stderr;
    },
  };
}

const scenario = `title: two phones
devices: [phone, { name: tablet, user: bea }]
steps:
  - phone: { create: meditation/s1, set: { sessionId: a, startedAt: '2026-03-01T06:30:00Z', completedAt: '2026-03-01T06:42:00Z', durationSec: 720 } }
  - phone: sync
`;

/** Everything that the tool says and keeps while it is used with these options for the token, at this server. */
async function usedWith(
  url: string,
  options: readonly string[],
  given: { readonly environment?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<string> {
  const phone = inScratch('phone.db');
  const said: unknown[] = [await newDevice(phone)];
  said.push(await guras(['device', 'create', phone, 'meditation', 's1', ...session]));
  const at = ['--server', url, ...options];
  for (const more of [[], ['--json']]) said.push(await guras(['device', 'sync', phone, ...at, ...more], given));
  said.push(await guras(['device', 'history', phone, 'meditation', 's1', ...at], given));
  said.push(await guras(['device', 'digest', phone, '--compare', ...at], given));
  const terminal = new CapturedTerminal(given);
  const watching = main(['device', 'watch', phone, ...at, '--poll', '100ms', '--json'], terminal);
  await terminal.shows(/"type":"(failed|success|phase)"/);
  terminal.stop('SIGINT');
  await watching;
  said.push(terminal.text);
  for (const command of [
    ['queue', 'why'],
    ['queue', 'list'],
    ['device', 'status'],
  ])
    said.push(await guras([...command, phone, '--json']), await guras([...command, phone]));
  const story = inScratch('story.yaml');
  writeFileSync(story, scenario);
  const formats = ['text', 'json-lines', 'junit', 'ctrf', 'tap', 'github', 'html'];
  const reports = formats.map((format) => `--report=${format}:${inScratch(`report.${format}`)}`);
  said.push(await guras(['run', story, '--on', url, '--stories', 'all', ...reports, ...options], given));
  const folder = inScratch('');
  const kept = readdirSync(folder).filter((name) => !name.startsWith('token'));
  return JSON.stringify(said) + kept.map((name) => `${name} ${readFileSync(inScratch(name), 'latin1')}`).join('\n');
}

/** The places where a text holds a secret, with some text around: empty when all is well. */
function leaks(text: string, secrets: readonly string[] = []): readonly string[] {
  return [mark, ...secrets].flatMap((word) =>
    [...text.matchAll(new RegExp(word, 'gi'))].map(({ index }) => text.slice(Math.max(0, index - 200), index + 60)),
  );
}

it('a secret of hs256 and the tokens of a file are told nowhere', async () => {
  const server = await loggingServer(['--auth', 'hs256'], { GURAS_SECRET: secret });
  const tokens: string[] = [];
  for (const user of ['ana', 'bea']) {
    const token = String(await storyTokens(user, secret).current());
    tokens.push(String(token.split('.')[2]));
    writeFileSync(inScratch(`token-${user}`), token);
  }
  const own = await usedWith(server.url, ['--token-file', inScratch('token-ana')]);
  const wrong = await guras(['device', 'sync', inScratch('phone.db'), '--server', server.url], {
    environment: { GURAS_TOKEN: `${mark}.${mark}.${mark}` },
  });
  const all = own + JSON.stringify(wrong) + (await server.stop());
  expect(own).toContain('pushed 1 change');
  expect(leaks(all, tokens)).toEqual([]);
}, 30_000);

it('tokens of the test issuer are told nowhere, and neither is what its exchange takes', async () => {
  const server = await loggingServer(['--auth', 'issuer']);
  const issued = await fetch(`${server.url}/issuer/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uid: 'ana' }),
  });
  const { refreshToken } = (await issued.json()) as { readonly refreshToken: string };
  writeFileSync(inScratch('token-refresh'), refreshToken);
  const refreshing = ['--refresh-file', inScratch('token-refresh'), '--refresh-url', `${server.url}/issuer/v1/token`];
  const environment = { GURAS_FIREBASE_KEY: `${mark}-key` };
  const exchanged = await guras(['device', 'init', inScratch('other.db'), '--user', 'ana']);
  const synced = await guras(['device', 'sync', inScratch('other.db'), '--server', server.url, ...refreshing], {
    environment,
  });
  const own = await usedWith(server.url, ['--token-issuer', server.url]);
  expect([exchanged.code, synced.code]).toEqual([0, 0]);
  expect(own).toContain('pushed 1 change');
  // Each token of this issuer begins alike: with the algorithm and the name of the key.
  const all = own + JSON.stringify(synced) + (await server.stop());
  expect(leaks(all, [refreshToken, 'eyJhbGciOiJSUzI1NiIs'])).toEqual([]);
}, 30_000);

it.each<[string, () => readonly string[], { readonly environment?: Record<string, string>; readonly stdin?: string }]>([
  ['a file', () => ['--token-file', inScratch('token')], {}],
  ['a command', () => ['--token-command', `cat ${inScratch('token')}; cat ${inScratch('token')} >&2`], {}],
  ['the environment', () => [], { environment: { GURAS_TOKEN: `${mark}-token-of-ana` } }],
  [
    'an exchange that tells everything back',
    () => ['--refresh-file', inScratch('token'), '--refresh-url', `${echo.url}/issuer/v1/token`],
    { environment: { GURAS_FIREBASE_KEY: `${mark}-key` } },
  ],
])(
  'a server that tells the token of %s back in its answers is not quoted',
  async (_, options, given) => {
    writeFileSync(inScratch('token'), `${mark}-token-of-ana\n`);
    expect(leaks(await usedWith(echo.url, options(), given))).toEqual([]);
  },
  30_000,
);
