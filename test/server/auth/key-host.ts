import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A pair of keys under a name, and what it signs. */
export interface TestKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  /** A token with these claims, signed by this key (RS256) and naming it. */
  sign(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** A new key of this name. */
export async function testKey(kid: string): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2_048 });
  return {
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(privateKey),
  };
}

/** A host of key sets that counts how often it is asked. */
export interface KeyHost {
  readonly url: string;
  /** How often the key set was asked for. */
  asked(): number;
  /** What it answers from now on; `status` other than 200 fails. */
  serve(answer: { readonly keys?: readonly JWK[]; readonly maxAge?: number; readonly status?: number }): void;
  close(): Promise<void>;
}

/** Starts a key host on this machine, with discovery. */
export async function keyHost(): Promise<KeyHost> {
  let count = 0;
  let answer: Parameters<KeyHost['serve']>[0] = {};
  let url = '';
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
      return;
    }
    count += 1;
    const { keys = [], maxAge = 3_600, status = 200 } = answer;
    response.writeHead(status, { 'cache-control': `public, max-age=${maxAge}` });
    response.end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked: () => count,
    serve: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
