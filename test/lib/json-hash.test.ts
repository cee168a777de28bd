import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../src/lib/json.ts';
import { jsonHash } from '../../src/lib/json-hash.ts';

const json = fc.jsonValue().map((value) => value as Json);

describe('the hash of plain data', () => {
  it('is equal for equal JSON, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (data) => {
        const turned = Object.fromEntries(Object.entries(data).reverse());
        expect(jsonHash(turned)).toBe(jsonHash(data));
        expect(jsonHash(JSON.parse(JSON.stringify(data)))).toBe(jsonHash(JSON.parse(canonicalJson(data))));
      }),
    );
  });

  it('differs for different JSON', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        fc.pre(canonicalJson(a) !== canonicalJson(b));
        expect(jsonHash(a)).not.toBe(jsonHash(b));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [{ a: 1, b: undefined }, { a: 1 }],
    [-0, 0],
    [[undefined], [null]],
  ])('%o is as %o, as in JSON', (a, b) => {
    expect(jsonHash(a)).toBe(jsonHash(b));
  });

  it.each([
    [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ],
    [
      [1, 2],
      [2, 1],
    ],
    [
      [[1], 2],
      [1, [2]],
    ],
    [{ a: {} }, { a: [] }],
    [1, '1'],
    [null, 'null'],
    [2 ** 32, 0],
    [2 ** 32 + 1, 2 ** 33 + 1],
    [0.1, 0.2],
    [1e300, 1e301],
    ['', {}],
    [false, true],
  ])('tells %j from %j', (a, b) => {
    expect(jsonHash(a)).not.toBe(jsonHash(b));
  });
});
