import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type Answering,
  bare,
  cutHalfWay,
  hangUp,
  rawBytes,
  startFaultServer,
  whole,
} from '../../loopback/fault-server.ts';
import { transportBench } from './bench.ts';
import { transports } from './transports.ts';

const problemJson = { 'content-type': 'application/problem+json; charset=utf-8' };
const html = { 'content-type': 'text/html' };

describe.each(transports)('$name takes only whole answers', ({ make }) => {
  const bench = transportBench(make);

  test('200 with JSON is the answer, with the bytes of its body', async () => {
    const body = '{"epoch":"e1","results":[],"word":"静か"}';
    const outcome = await bench.outcomeAfter(
      whole({ body, headers: { 'content-type': 'application/json; charset=utf-8' } }),
    );
    expect(outcome).toEqual({ kind: 'answer', body: JSON.parse(body), bytes: Buffer.byteLength(body) });
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('an answer in %s is decoded', async (encoding, encode) => {
    const body = JSON.stringify({ changes: Array.from({ length: 500 }, (_, at) => `row ${at}`) });
    const headers = { 'content-encoding': encoding };
    const outcome = await bench.outcomeAfter(whole({ body: encode(Buffer.from(body)), headers }));
    expect(outcome).toEqual({ kind: 'answer', body: JSON.parse(body), bytes: Buffer.byteLength(body) });
  });

  test.each<[string, Answering]>([
    ['404 with a problem', whole({ status: 404, body: '{"code":"not_found"}', headers: problemJson })],
    ['405', bare(405, { allow: 'GET' })],
    ['HTML with status 200', whole({ body: '<html>Welcome</html>', headers: html })],
    ['HTML with status 502', whole({ status: 502, body: '<html>Bad gateway</html>', headers: html })],
    ['HTML with status 401', whole({ status: 401, body: '<html>Sign in</html>', headers: html })],
    ['JSON called HTML', whole({ body: '{}', headers: html })],
    ['HTML called JSON', whole({ body: '<html>' })],
    ['JSON without a content type', bare(200, {}, '{}')],
    ['a problem document with status 200', whole({ body: '{"code":"internal"}', headers: problemJson })],
    ['truncated JSON', whole({ body: '{"results":[{"id":"c1","status":"appl' })],
    ['truncated JSON with status 409', whole({ status: 409, body: '{"code":"device_f', headers: problemJson })],
    ['an empty 200', whole({ body: '' })],
    ['202', whole({ status: 202, body: '{}' })],
    ['204', bare(204)],
    ['a redirect', bare(302, { location: '/elsewhere' })],
    ['bytes that are no HTTP', rawBytes('SSH-2.0-OpenSSH_9.6\r\n')],
    ['broken gzip', whole({ body: 'not gzip at all', headers: { 'content-encoding': 'gzip' } })],
  ])('%s is a failure of the transport', async (_name, answering) => {
    expect(await bench.outcomeAfter(answering)).toMatchObject({ kind: 'failure', reason: 'malformed' });
    expect(bench.server.seen).toHaveLength(1);
  });

  test.each<[string, Answering]>([
    ['closed without an answer', hangUp('close')],
    ['reset', hangUp('reset')],
    ['closed half-way through the body', cutHalfWay(`{"results":[${'1,'.repeat(5_000)}1]}`)],
  ])('a connection that is %s is a reset, and nothing is sent again', async (_name, answering) => {
    expect(await bench.outcomeAfter(answering)).toMatchObject({ kind: 'failure', reason: 'reset' });
    expect(bench.server.seen).toHaveLength(1);
  });

  test('a kept connection that breaks is not tried again either', async () => {
    const transport = bench.transportWith();
    await bench.outcomeOf(transport);
    bench.server.next(hangUp('reset'));
    expect(await bench.outcomeOf(transport)).toMatchObject({ kind: 'failure', reason: 'reset' });
    expect(bench.server.seen).toHaveLength(2);
  });

  test('a port where nobody listens is unreachable', async () => {
    const gone = await startFaultServer();
    await gone.close();
    const outcome = await bench.outcomeOf(bench.transportWith({ baseUrl: gone.url }));
    expect(outcome).toMatchObject({ kind: 'failure', reason: 'unreachable' });
  });
});
