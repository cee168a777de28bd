import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { openApiDocument } from '../../src/server/http/open-api.ts';
import { Draws } from './draws.ts';
import { hostileTexts, hostileValue, textOf } from './hostile-values.ts';
import { type Schema, valueOf } from './schema-values.ts';
import { authorizationOf } from './tokens.ts';

/** A request as it is sent. */
export interface HostileCase {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Bytes that no client library would send; they take the place of all the rest. */
  readonly raw: Buffer | null;
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly schema: Schema | null;
}

const operations = readOperations();
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'TRACE'];
const extraPaths = [
  '/',
  '/health/ready',
  '/metrics',
  '/openapi.json',
  '/fault',
  '/api/sync',
  '/api/sync/live',
  '/api/users/victim',
  '/api/users/victim/export',
];

/** Erasing themselves would end what attackers can try; it has a test of its own. */
function readOperations(): readonly Operation[] {
  type Described = {
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  };
  const { paths } = openApiDocument() as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  };
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs)
      .filter(([verb]) => verb !== 'delete')
      .map(([verb, { requestBody }]) => ({
        path,
        method: verb.toUpperCase(),
        schema: requestBody?.content['application/json']?.schema ?? null,
      })),
  );
}

/** The case of a number under a seed. */
export function hostileCase(seed: string, at: number): HostileCase {
  const draws = new Draws(seed, at);
  const operation = draws.pick(operations);
  const method = draws.oneIn(12) ? draws.pick(methods) : operation.method;
  // The one address at which an attacker would end itself.
  const path = method === 'DELETE' ? '/api/users/you' : pathOf(operation, draws);
  const { body, headers } = bodyOf(operation, draws);
  const all = { ...headersOf(draws), ...headers };
  const request = { method, path, headers: all, body: method === 'GET' && !draws.oneIn(10) ? null : body };
  return { ...request, raw: draws.oneIn(12) ? rawOf(request, draws) : null };
}

function pathOf({ path }: Operation, draws: Draws): string {
  const base = draws.oneIn(15) ? draws.pick(extraPaths) : path;
  const filled = base.replaceAll(/\{\w+\}/g, () => part(draws));
  switch (draws.below(25)) {
    case 0:
      return `${filled}/${part(draws)}`;
    case 1:
      return filled.replaceAll('/', '//');
    case 2:
      return `${filled}?${part(draws)}=${part(draws)}`;
    case 3:
      return `/${draws.pick(['..', '%2e%2e', '.', '%00', '%zz', '%c0%af', ';'])}${filled}`;
    case 4:
      return filled.toUpperCase();
    case 5:
      return `${filled}${'/a'.repeat(draws.pick([10, 2_000]))}`;
    default:
      return filled;
  }
}

function part(draws: Draws): string {
  if (draws.oneIn(2))
    return draws.pick(['meditation', 'notes', 's1', 'victim-1', 'quotes', '%2F', '%zz', '%ff', '..%2f..']);
  const text = draws.pick(hostileTexts).slice(0, 3_000);
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}

const headerTexts = [
  '',
  '0',
  '1',
  '-1',
  '9',
  '1e3',
  '٣',
  'x'.repeat(500),
  'phone',
  'victim-phone',
  '__proto__',
  "'--",
  '99999999999',
];

function headersOf(draws: Draws): Record<string, string> {
  const headers: Record<string, string> = {};
  const authorization = authorizationOf(draws);
  if (authorization !== undefined) headers.authorization = authorization;
  for (const name of ['x-device-id', 'x-protocol-version', 'x-schema-version', 'traceparent', 'x-request-id', 'origin'])
    if (draws.oneIn(12)) headers[name] = ascii(draws.pick(headerTexts));
  if (draws.oneIn(15)) headers['accept-encoding'] = draws.pick(['gzip', 'br', 'deflate', '*', 'gzip;q=2', 'x', '']);
  if (draws.oneIn(40)) headers.expect = draws.pick(['100-continue', '200-ok', '']);
  if (draws.oneIn(60)) headers['x-long'] = 'y'.repeat(draws.pick([1_000, 20_000, 40_000]));
  if (draws.oneIn(60)) for (let at = 0; at < 120; at += 1) headers[`x-h${at}`] = '1';
  return headers;
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function bodyOf({ schema }: Operation, draws: Draws): Pick<HostileCase, 'body' | 'headers'> {
  const type = draws.oneIn(15)
    ? draws.pick([
        '',
        'text/plain',
        'application/json; charset=utf-16',
        'multipart/form-data; boundary=x',
        'application/jsonx',
        '*/*',
      ])
    : 'application/json';
  const plain = draws.oneIn(8) ? brokenText(draws) : Buffer.from(textOf(valueOf(schema ?? {}, draws), draws));
  const { body, encoding } = packed(plain, draws);
  return { body, headers: { 'content-type': type, ...(encoding === null ? {} : { 'content-encoding': encoding }) } };
}

function brokenText(draws: Draws): Buffer {
  const text = Buffer.from(textOf(hostileValue(draws), draws));
  return draws.pick<() => Buffer>([
    () => Buffer.alloc(0),
    () => text.subarray(0, draws.below(text.length + 1)),
    () => Buffer.concat([Buffer.from('\ufeff'), text]),
    () => Buffer.from(text.toString('utf8'), 'utf16le'),
    () => Buffer.concat([text, draws.bytes(8)]),
    () => draws.bytes(64),
    () => Buffer.from([0xff, 0xfe, 0x22, 0xc0, 0x80, 0x22]),
    () => Buffer.from('[1,]'),
    () => Buffer.from('{"a":NaN}'),
    () => Buffer.from('"\\ud800"'),
    () => text,
  ])();
}

function packed(plain: Buffer, draws: Draws): { readonly body: Buffer; readonly encoding: string | null } {
  if (!draws.oneIn(8)) return { body: plain, encoding: null };
  const whole = draws.pick([gzipSync, brotli, deflateSync])(plain);
  const name = draws.pick(['gzip', 'br', 'deflate', 'identity', 'zstd', 'gzip, gzip', 'GZIP', '']);
  return draws.pick<() => { body: Buffer; encoding: string }>([
    () => ({ body: whole, encoding: name }),
    () => ({ body: whole.subarray(0, draws.below(whole.length + 1)), encoding: name }),
    () => ({ body: Buffer.concat([whole, draws.bytes(10)]), encoding: name }),
    () => ({ body: plain, encoding: name }),
    () => ({ body: bomb(draws), encoding: 'gzip' }),
  ])();
}

const brotli = (plain: Buffer): Buffer =>
  brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

const bombs = new Map<number, Buffer>();

/** A small body that unpacks to many MB. */
function bomb(draws: Draws): Buffer {
  const size = draws.pick([1, 5, 5, 60]) * 1_000_000;
  const known = bombs.get(size) ?? gzipSync(Buffer.alloc(size, '['));
  bombs.set(size, known);
  return known;
}

function rawOf({ method, path, headers, body }: Omit<HostileCase, 'raw'>, draws: Draws): Buffer {
  const head = (lines: readonly string[], line = `${method} ${path} HTTP/1.1`): Buffer =>
    Buffer.from(`${[line, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const usual = ['host: x', 'connection: close', ...told];
  const bytes = body ?? Buffer.from('{}');
  const length = bytes.length;
  return draws.pick<() => Buffer>([
    () => draws.bytes(100),
    () => Buffer.from('GET / HTTP/9.9\r\n\r\n'),
    () => head(usual, `${method} ${path}`),
    () => head(usual, `${method} http://victim.example${path} HTTP/1.1`),
    () => head(usual, `${method} ${path} HTTP/1.0`),
    () => head(usual, `CONNECT victim.example:443 HTTP/1.1`),
    () => head(told),
    () => Buffer.concat([head([...usual, `content-length: ${length + 5}`]), bytes]),
    () => Buffer.concat([head([...usual, `content-length: ${Math.max(0, length - 1)}`]), bytes]),
    () => head([...usual, 'content-length: -1']),
    () => head([...usual, 'content-length: 99999999999999999999']),
    () => Buffer.concat([head([...usual, 'content-length: 3', 'content-length: 4']), bytes]),
    () => Buffer.concat([head([...usual, 'transfer-encoding: chunked']), Buffer.from('zz\r\n')]),
    () => Buffer.concat([head([...usual, 'transfer-encoding: chunked']), Buffer.from('5\r\n{"a"')]),
    () => Buffer.concat([head([...usual, 'transfer-encoding: chunked', 'content-length: 4']), bytes]),
    () => Buffer.concat([head([...usual, 'transfer-encoding: gzip, chunked']), bytes]),
    () => head([...usual, 'x-a : b']),
    () => head([...usual, 'x-\u0000: b']),
    () => head([...usual, 'x-a: b\u0000\u0001']),
    () => head([...usual, ' folded: yes']),
    () => head([...usual, 'upgrade: websocket', 'connection: upgrade']),
    () => head([...usual, 'upgrade: h2c', 'connection: upgrade, http2-settings', 'http2-settings: AAMAAABk']),
    () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
  ])();
}
