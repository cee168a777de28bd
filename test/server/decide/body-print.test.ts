import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../../src/lib/json.ts';
import { bodyPrint } from '../../../src/server/decide/body-print.ts';

test('bodies have the same print exactly when they are the same JSON, whatever the order of keys', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
  fc.assert(
    fc.property(value, value, (a, b) => {
      const isSame = canonicalJson(a) === canonicalJson(b);
      expect(bodyPrint([a]) === bodyPrint([b])).toBe(isSame);
      expect(bodyPrint([reversed(a)])).toBe(bodyPrint([a]));
    }),
    { numRuns: 500 },
  );
});

test.each([
  [[{ a: { b: 1 } }], [{ 'a.1.b': 1 }]],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [[{ x: '1' }], [{ x: 1 }]],
  [[{}], [null]],
  [[[]], [{}]],
  [[[1, [2]]], [[[1], 2]]],
  [[{ x: null }], [{}]],
])('%j and %j have different prints', (a, b) => {
  expect(bodyPrint(a)).not.toBe(bodyPrint(b));
});

test('an absent part is as a null one', () => {
  expect(bodyPrint(['a', undefined])).toBe(bodyPrint(['a', null]));
});

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
