import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { commandToken } from '../../../src/adapters/node/token-command.ts';
import { firebaseToken } from '../../../src/adapters/node/token-firebase.ts';
import { issuerToken } from '../../../src/adapters/node/token-issuer.ts';
import { TokenUnavailable } from '../../../src/ports/transport.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** A host that answers each post with what `answer` makes of its target and body. */
async function host(answer: (url: string, body: string) => readonly [status: number, body: unknown]): Promise<string> {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const [status, document] = answer(request.url ?? '', body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    });
  });
  await new Promise<void>((resolve) => {
    server?.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failure(tokens: Promise<unknown>): Promise<TokenUnavailable> {
  const error = await tokens.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TokenUnavailable);
  return error as TokenUnavailable;
}

describe('a command', () => {
  test('prints the token of the user it is told, anew at a refresh', async () => {
    const tokens = commandToken('echo " $GURAS_USER-$$ "', { user: 'ana' });
    const [first, held, second] = [await tokens.current(), await tokens.current(), await tokens.refresh()];
    expect(first).toMatch(/^ana-\d+$/);
    expect(held).toBe(first);
    expect(second).not.toBe(first);
  });

  test('that prints nothing means signed out', async () => {
    expect(await commandToken('true', { user: null }).current()).toBeNull();
  });

  test.each([
    ['echo secret-word; echo secret-word >&2; exit 3', 'the command for the token ended with code 3'],
    ['no-such-command-here secret-word', 'the command for the token ended with code 127'],
    ['head -c 100000 /dev/zero | tr "\\0" s', 'the command for the token wrote more than a token has'],
  ])('%s tells how it ended, and nothing that it wrote', async (command, says) => {
    expect((await failure(commandToken(command, { user: null }).current())).message).toBe(says);
  });
});

describe('the test issuer of a server', () => {
  test('gives the tokens of the user it is asked for, or refuses', async () => {
    const url = await host((path, body) => [
      path === '/base/issuer/tokens' && body.includes('"ana"') ? 200 : 403,
      { token: 'token of ana', expiresInMs: 1 },
    ]);
    expect(await issuerToken({ url: `${url}/base/`, user: 'ana' }).current()).toBe('token of ana');
    expect(await issuerToken({ url: `${url}/base/`, user: 'bea' }).current()).toBeNull();
  });

  test('that is not there says what is missing', async () => {
    const url = await host(() => [404, {}]);
    expect((await failure(issuerToken({ url, user: 'ana' }).current())).message).toContain('--auth issuer');
    const gone = issuerToken({ url: 'http://127.0.0.1:9', user: 'ana' }).current();
    expect((await failure(gone)).message).toMatch(/^the issuer at http:\/\/127\.0\.0\.1:9 gave no answer \(/);
  });
});

describe('a refresh token of Firebase', () => {
  const of = (url: string, refreshToken: string | null = 'refresh-1') =>
    firebaseToken({ url: `${url}/v1/token`, key: 'the-key', refreshToken: () => Promise.resolve(refreshToken) });

  test('is exchanged for an id token; the newest refresh token is used from then on', async () => {
    const asked: string[] = [];
    const url = await host((path, body) => {
      asked.push(`${path} ${body}`);
      return [
        200,
        { id_token: `id-${asked.length}`, refresh_token: `refresh-${asked.length + 1}`, expires_in: '3600' },
      ];
    });
    const tokens = of(url);
    expect([await tokens.current(), await tokens.current(), await tokens.refresh()]).toEqual(['id-1', 'id-1', 'id-2']);
    expect(asked).toEqual([
      '/v1/token?key=the-key grant_type=refresh_token&refresh_token=refresh-1',
      '/v1/token?key=the-key grant_type=refresh_token&refresh_token=refresh-2',
    ]);
  });

  test.each(['TOKEN_EXPIRED', 'USER_DISABLED', 'USER_NOT_FOUND', 'INVALID_REFRESH_TOKEN'])(
    'that is answered %s means signed out',
    async (message) => {
      const url = await host(() => [400, { error: { code: 400, message } }]);
      expect(await of(url).refresh()).toBeNull();
    },
  );

  test('that is absent means signed out, and nobody is asked', async () => {
    expect(await of('http://127.0.0.1:9', null).current()).toBeNull();
  });

  test.each<[number, unknown]>([
    [400, { error: { message: 'API key not valid: the-key' } }],
    [429, {}],
    [500, 'refresh-1'],
    [200, { id_token: 7 }],
    [200, null],
  ])('that is answered %i %j is no sign-out, and neither it nor the key is told', async (status, body) => {
    const { message } = await failure(of(await host(() => [status, body])).refresh());
    expect(message).toContain(`(status ${status})`);
    expect(message).not.toMatch(/refresh-1|the-key/);
  });
});
