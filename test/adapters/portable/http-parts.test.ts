import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../../src/adapters/portable/http-exchange.ts';
import { RequestEncoding } from '../../../src/adapters/portable/request-encoding.ts';
import { parseHttpDate } from '../../../src/adapters/portable/retry-after.ts';
import { utf8Size } from '../../../src/adapters/portable/utf8-size.ts';

describe('the parts of an HTTP exchange', () => {
  test('any answer whatever is read to an outcome, and only a 200 can be an answer', () => {
    const headers = fc.dictionary(
      fc.constantFrom('content-type', 'retry-after', 'date', 'www-authenticate'),
      fc.oneof(fc.string(), fc.constantFrom('application/json', 'application/problem+json', 'text/html', '10')),
    );
    const body = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), headers, body, (status, given, text) => {
        const outcome = readAnswer({ status, headers: given, body: text }, { asked: null, bytes: 0 });
        if (outcome.kind === 'answer') expect(status).toBe(200);
        if (outcome.kind === 'problem') {
          expect(status).toBeGreaterThanOrEqual(400);
          expect(outcome.problem.code).not.toBe('');
          expect(outcome.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('a byte order mark before JSON does no harm', () => {
    const answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '\uFEFF{"a":1}' };
    expect(readAnswer(answer, { asked: null, bytes: 10 })).toEqual({ kind: 'answer', body: { a: 1 }, bytes: 10 });
  });

  test('an HTTP date is read to the second, anything else is none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(parseHttpDate(new Date(seconds * 1_000).toUTCString())).toBe(seconds * 1_000);
      }),
    );
    for (const text of ['', 'now', '2026-01-01T00:00:00Z', 'Fri, 02 Foo 2026 03:04:15 GMT']) {
      expect(parseHttpDate(text)).toBeNull();
    }
  });

  test('the size of a text is that of its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Size(text)).toBe(Buffer.byteLength(text));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        expect(utf8Size(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  test.each([
    ['br, gzip', 'br'],
    ['GZIP', 'gzip'],
    ['gzip;q=1.0, br;q=0.0', 'gzip'],
    ['identity', null],
    ['', null],
  ])('of a server that accepts %j, %s is chosen for large bodies only', (acceptEncoding, chosen) => {
    const encoding = new RequestEncoding(['br', 'gzip']);
    encoding.learn({ status: 200, acceptEncoding, sent: null });
    expect([encoding.choose(1_024), encoding.choose(1_023)]).toEqual([chosen, null]);
  });
});
