import { describe, expect, test } from 'vitest';
import { bare, whole } from '../../loopback/fault-server.ts';
import { transportBench } from './bench.ts';
import { transports } from './transports.ts';

const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
const problemJson = { 'content-type': 'application/problem+json; charset=utf-8' };
const html = { 'content-type': 'text/html' };

describe.each(transports)('$name reads problems', ({ make }) => {
  const bench = transportBench(make);

  test.each([
    [400, 'invalid_request'],
    [403, 'forbidden'],
    [409, 'in_progress'],
    [410, 'cursor_expired'],
    [413, 'body_too_large'],
    [415, 'unsupported_media_type'],
    [422, 'invalid_request'],
    [426, 'update_required'],
    [429, 'too_many_requests'],
    [500, 'internal'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ])('a bare %i is a problem with code %s', async (status, code) => {
    const outcome = await bench.outcomeAfter(bare(status, status === 426 ? { upgrade: 'HTTP/2.0' } : {}));
    expect(outcome).toMatchObject({ kind: 'problem', status, problem: { code }, retryAfterMs: null });
    expect(bench.server.seen).toHaveLength(1);
  });

  test.each([
    [409, 'device_forked'],
    [410, 'epoch_changed'],
    [410, 'device_unknown'],
    [410, 'user_erased'],
    [422, 'group_incomplete'],
    [503, 'a_code_of_tomorrow'],
  ])('a %i problem document keeps its code %s', async (status, code) => {
    const body = JSON.stringify({ type: 'about:blank', title: 'T', detail: 'D', status, code, changeId: 'c1' });
    const outcome = await bench.outcomeAfter(whole({ status, headers: problemJson, body }));
    expect(outcome).toMatchObject({ kind: 'problem', status, problem: { code, changeId: 'c1', detail: 'D' } });
  });

  test('members of a wrong type are left out, unknown ones stay', async () => {
    const body = '{"code":7,"title":null,"limit":"big","status":-1,"traceId":"00-ab-cd-00"}';
    const outcome = await bench.outcomeAfter(whole({ status: 400, headers: problemJson, body }));
    expect(outcome).toMatchObject({
      kind: 'problem',
      problem: { code: 'invalid_request', traceId: '00-ab-cd-00' },
    });
    expect(outcome).not.toHaveProperty('problem.limit');
    expect(outcome).not.toHaveProperty('problem.title');
  });

  test('413 is a problem whatever came with it, and says the limit if it can', async () => {
    const page = await bench.outcomeAfter(whole({ status: 413, body: '<html>Too large</html>', headers: html }));
    expect(page).toMatchObject({ kind: 'problem', status: 413, problem: { code: 'body_too_large' } });
    const body = '{"code":"body_too_large","limit":4194304}';
    const told = await bench.outcomeAfter(whole({ status: 413, body, headers: problemJson }));
    expect(told).toMatchObject({ kind: 'problem', problem: { limit: 4_194_304 } });
  });

  test.each([
    [429, 'too_many_requests'],
    [503, 'unavailable'],
  ])('a %i of a proxy keeps its Retry-After, whatever page came with it', async (status, code) => {
    const headers = { ...html, 'retry-after': '30' };
    const outcome = await bench.outcomeAfter(whole({ status, headers, body: '<html>Busy</html>' }));
    expect(outcome).toMatchObject({ kind: 'problem', status, problem: { code }, retryAfterMs: 30_000 });
  });

  test.each([
    ['Changes[1].Data.Rating', 'c1'],
    ['$.changes[1].data.rating', 'c1'],
    ['$', undefined],
    ['EpochId', undefined],
    ['$.changes[9]', undefined],
  ])('a validation problem of .NET under %s is a problem by status', async (key, changeId) => {
    const title = 'One or more validation errors occurred.';
    const body = JSON.stringify({ title, status: 400, errors: { [key]: ['Must be from 1 to 5.'] } });
    const outcome = await bench.outcomeAfter(whole({ status: 400, headers: problemJson, body }));
    expect(outcome).toMatchObject({ kind: 'problem', problem: { code: 'invalid_request', title } });
    expect(outcome.kind === 'problem' && outcome.problem.changeId).toBe(changeId);
  });

  test.each([
    ['10', 10_000],
    ['0', 0],
    ['Sun, 06 Nov 1994 08:50:07 GMT', 30_000],
    ['Sun, 06 Nov 1994 08:49:07 GMT', 0],
    ['99999999999', 86_400_000],
    ['-5', null],
    ['soon', null],
  ])('Retry-After %s is %s ms by the clock of the server', async (retryAfter, retryAfterMs) => {
    const headers = { ...problemJson, date, 'retry-after': retryAfter };
    const body = '{"code":"too_many_requests"}';
    const outcome = await bench.outcomeAfter(whole({ status: 429, headers, body }));
    expect(outcome).toMatchObject({ kind: 'problem', retryAfterMs });
  });
});
