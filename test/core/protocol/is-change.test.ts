import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { isChange } from '../../../src/core/protocol/is-change.ts';
import { changeSchema } from '../../../src/core/protocol/messages.ts';

const name = fc.string({ minLength: 1, maxLength: 20 });
const stamp = fc.constant('1700000000000-0001-a');
const required = [
  'id',
  'seq',
  'entityType',
  'entityId',
  'action',
  'baseVersion',
  'data',
  'stamps',
  'timestamp',
] as const;
const change = fc.record(
  {
    id: name,
    seq: fc.nat(),
    entityType: name,
    entityId: name,
    action: fc.constantFrom('CREATE', 'UPDATE', 'DELETE'),
    baseVersion: fc.option(fc.nat(), { nil: null }),
    data: fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: null }),
    increments: fc.dictionary(fc.string(), fc.integer()),
    stamps: fc.dictionary(fc.string(), stamp),
    timestamp: fc.nat(),
    dependsOn: fc.array(name, { maxLength: 2 }),
    group: name,
    groupSize: fc.nat(),
    more: fc.jsonValue(),
  },
  { requiredKeys: [...required] },
);
const fields = [...required, 'increments', 'dependsOn', 'group', 'groupSize'] as const;

/** Values that stand at the edges of what the schema takes, for any of its fields. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, -1, -0, 1.5, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), '', true, [], {}, 'CREATE'),
  fc.constantFrom<unknown>(
    'x'.repeat(256),
    'x'.repeat(257),
    ['x'],
    [''],
    [1],
    { a: 1 },
    { a: 1.5 },
    { a: -3 },
    { a: -0 },
  ),
  fc.constantFrom<unknown>({ a: '1700000000000-0001-a' }, { a: '1700000000000-0001-' }, { a: '170000000000-0001-a' }),
  fc.constantFrom('{"__proto__":1}', '{"__proto__":"x","a":2}', '{"constructor":1}', '{"toString":2}').map(parsed),
  fc.constantFrom('{"constructor":"1700000000000-0001-a"}', '{"__proto__":"1700000000000-0001-a"}').map(parsed),
  fc.jsonValue(),
);
const spoilt = fc
  .tuple(change, fc.array(fc.tuple(fc.constantFrom<string>(...fields), odd), { maxLength: 2 }))
  .map(([value, spoils]): Readonly<Record<string, unknown>> => ({ ...value, ...Object.fromEntries(spoils) }));

function parsed(text: string): unknown {
  return JSON.parse(text);
}

/** Whether a value holds a key that only the schema is asked about. */
function isSchemasAffair({ data, stamps, increments }: Readonly<Record<string, unknown>>): boolean {
  return [data, stamps, increments].some(
    (part, at) =>
      typeof part === 'object' &&
      part !== null &&
      (Object.hasOwn(part, 'constructor') || (at > 0 && Object.hasOwn(part, '__proto__'))),
  );
}

describe('the shape of a change, checked by hand', () => {
  it('takes what the schema takes, and nothing else', () => {
    const seen = { taken: 0, refused: 0, leftToSchema: 0 };
    fc.assert(
      fc.property(spoilt, (value) => {
        const schemaTakes = z.safeParse(changeSchema, value).success;
        if (isSchemasAffair(value)) {
          seen.leftToSchema += 1;
          expect(isChange(value)).toBe(false);
        } else {
          seen[schemaTakes ? 'taken' : 'refused'] += 1;
          expect(isChange(value)).toBe(schemaTakes);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(500);
    expect(seen.leftToSchema).toBeGreaterThan(20);
  });

  it('reads the values that the schema reads', () => {
    fc.assert(
      fc.property(spoilt, (value) => {
        fc.pre(isChange(value));
        const item: Readonly<Record<string, unknown>> = { ...value };
        // What a row holds is read from the item itself, also by those who ask the schema.
        const { data: _data, ...read } = z.parse(changeSchema, value);
        const own = Object.fromEntries(Object.keys(read).map((field) => [field, item[field]]));
        expect(own).toEqual(read);
        for (const field of fields) if (!(field in read) && field !== 'data') expect(item[field]).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([[], null, 'x', 1, undefined])('does not take %j', (value) => expect(isChange(value)).toBe(false));
});
