import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../src/core/limits.ts';
import { completeUnits } from '../../../src/core/model/complete-units.ts';
import { gurasRegistry } from '../../../src/core/model/entities/registry.ts';
import { typeNamed } from '../../../src/core/model/registry.ts';
import {
  type ChangeProblem,
  requiredFields,
  validateAdd,
  validateCreate,
  validateEntityId,
  validateRow,
  validateServerRow,
  validateSet,
} from '../../../src/core/model/validate.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';

const meditation = typeNamed(gurasRegistry, 'meditation');
const stats = typeNamed(gurasRegistry, 'meditationStats');
const quotes = typeNamed(gurasRegistry, 'quotes');
const strict = typeNamed(policyRegistry, 'strict');
const session: JsonObject = {
  sessionId: 'calm-01',
  startedAt: '2026-03-01T07:30:00Z',
  completedAt: '2026-03-01T07:45:00+00:00',
  durationSec: 900,
};
const odd = (value: unknown): JsonObject => ({ extra: value }) as unknown as JsonObject;

describe('a local write is refused with the field and the rule', () => {
  const cases: readonly (readonly [string, ChangeProblem | null, Partial<ChangeProblem>])[] = [
    [
      'a rating of 7',
      validateSet(meditation, { rating: 7 }),
      { code: 'invalid_change', field: 'rating', detail: 'rating must be at most 5, not 7.' },
    ],
    ['a rating of 0', validateSet(meditation, { rating: 0 }), { detail: 'rating must be at least 1, not 0.' }],
    ['half a point', validateSet(meditation, { rating: 2.5 }), { detail: 'rating must be a whole number, not 2.5.' }],
    [
      'a text for a number',
      validateSet(meditation, { rating: '5' }),
      { detail: 'rating must be a number, not a text of 1 character.' },
    ],
    [
      'a mood that does not exist',
      validateSet(meditation, { mood: 'secret thought' }),
      {
        field: 'mood',
        detail:
          'mood must be one of "calm", "content", "focused", "neutral", "restless", "sad", "tired", not a text of 14 characters.',
      },
    ],
    [
      'a time without offset',
      validateCreate(meditation, { ...session, startedAt: '2026-03-01T07:30:00' }),
      {
        field: 'startedAt',
        detail: 'startedAt must be a time with offset such as 2026-03-01T07:30:00Z, not a text of 19 characters.',
      },
    ],
    ['a big integer', validateCreate(meditation, { ...session, durationSec: 2 ** 53 }), { field: 'durationSec' }],
    ['an unknown field', validateSet(meditation, { ratings: 5 }), { code: 'invalid_change', field: 'ratings' }],
    ['a field of the server', validateSet(quotes, { likeCount: 9 }), { code: 'not_writable', field: 'likeCount' }],
    [
      'a counter as a value',
      validateSet(stats, { totalSessions: 9 }),
      { code: 'not_writable', field: 'totalSessions' },
    ],
    [
      'a missing field',
      validateCreate(meditation, { rating: 5 }),
      { field: 'sessionId', detail: 'sessionId is required.' },
    ],
    [
      'null where a value must be',
      validateSet(strict, { need: null }),
      { field: 'need', detail: 'need must be a text, not null.' },
    ],
    ['part of a unit', validateSet(meditation, { durationSec: 60 }), { code: 'invalid_change', field: 'startedAt' }],
    ['creating a quote', validateCreate(quotes, { liked: true }), { code: 'not_writable' }],
    [
      'a field of the device on the wire',
      validateSet(strict, { path: '/a' }, { from: 'wire' }),
      { code: 'not_writable', field: 'path' },
    ],
  ];
  test.each(cases)('%s', (_what, problem, wanted) => {
    expect(problem).toMatchObject(wanted);
  });
  test('what fits is taken', () => {
    expect(validateCreate(meditation, session)).toBeNull();
    expect(validateCreate(stats, {})).toBeNull();
    expect(validateSet(quotes, { liked: true, favourite: false })).toBeNull();
    expect(validateSet(strict, { path: '/a' })).toBeNull();
  });
});

describe('what JSON cannot keep is refused, at any depth', () => {
  const unkept: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-0', -0],
    ['a big integer', 10n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['half a surrogate pair', 'a\ud83d'],
    ['the other half', '\ude00a'],
    ['U+0000', 'a\0b'],
    ['a hole in a list', Array(2)],
  ];
  test.each(unkept)('%s', (_what, value) => {
    for (const data of [odd(value), odd([value]), odd({ deep: { er: value } })]) {
      expect(validateSet(strict, data)).toMatchObject({ code: 'invalid_change', field: 'extra' });
      expect(validateRow(strict, { need: 'n', ...data })).toMatchObject({ field: 'extra' });
    }
  });
  test('half a surrogate pair as a key', () => {
    expect(validateSet(strict, odd({ '\ud800': 1 }))).toMatchObject({ field: 'extra' });
  });
  test('what is taken comes back equal from its JSON', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: false, withDate: true, withBigInt: true }), (value) => {
        if (validateSet(strict, odd(value)) !== null) return;
        expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value);
      }),
    );
  });
  test('whole pairs, emoji and long numbers are taken', () => {
    expect(validateSet(strict, { need: '🧘‍♀️ ありがとう', extra: [1e300, Number.MAX_SAFE_INTEGER, 0.1] })).toBeNull();
  });
});

describe('bounds', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

  test('the row is the first level of nesting', () => {
    expect(validateSet(strict, odd(nested(defaultLimits.depth - 1)))).toBeNull();
    expect(validateSet(strict, odd(nested(defaultLimits.depth)))).toMatchObject({
      field: 'extra',
      detail: 'extra is nested too deeply.',
    });
    expect(validateSet(strict, odd(nested(1_000)))).toMatchObject({ field: 'extra' });
  });
  test('a row has at most as many bytes of JSON as the limit, counted in UTF-8', () => {
    for (const letter of ['x', 'é', '喜', '😀', '"', '\u0001']) {
      const data = { need: letter.repeat(50) };
      const bytes = Buffer.byteLength(JSON.stringify(data));
      expect(validateSet(strict, data, { limits: { depth: 8, rowBytes: bytes } })).toBeNull();
      expect(validateSet(strict, data, { limits: { depth: 8, rowBytes: bytes - 1 } })).toMatchObject({
        code: 'too_large',
      });
    }
    expect(validateSet(strict, { need: 'x'.repeat(10_000_000) })).toMatchObject({ code: 'too_large' });
  });
});

describe('keys that every object has', () => {
  test('are unknown fields of a change, and let through in a row of the server', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const data = JSON.parse(`{"${name}": {"polluted": true}}`) as JsonObject;
      expect(validateSet(strict, data)).toMatchObject({ code: 'invalid_change', field: name });
      expect(validateServerRow(strict, data)).toBeNull();
    }
    expect(validateAdd(stats, JSON.parse('{"__proto__": 1}') as Record<string, number>)).toMatchObject({
      field: '__proto__',
    });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('increments', () => {
  test('add whole numbers to counters', () => {
    expect(validateAdd(stats, { totalSessions: 1, totalMinutes: -15 })).toBeNull();
  });
  test('to anything else, or by anything else, are refused', () => {
    expect(validateAdd(stats, { longestStreakDays: 1 })).toMatchObject({
      code: 'not_writable',
      field: 'longestStreakDays',
    });
    expect(validateAdd(stats, { minutes: 1 })).toMatchObject({ code: 'invalid_change', field: 'minutes' });
    for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0, '1' as unknown as number]) {
      expect(validateAdd(stats, { totalSessions: amount })).toMatchObject({
        code: 'invalid_change',
        field: 'totalSessions',
      });
    }
  });
});

describe('ids of rows', () => {
  test('have 1 to 128 printable characters', () => {
    for (const id of ['s1', 'ä/ö ü', '__proto__', '😀', 'x'.repeat(128), '...'])
      expect(validateEntityId(meditation, id)).toBeNull();
    for (const id of [
      '',
      'x'.repeat(129),
      'a\nb',
      'a\0',
      '\u007f',
      '\u009b31m',
      '\u2028',
      '\ud800',
      '.',
      '..',
      7,
      null,
      undefined,
    ]) {
      expect(validateEntityId(meditation, id)).toMatchObject({ code: 'invalid_change' });
    }
  });
  test('of a type with one row are that row', () => {
    expect(validateEntityId(stats, 'me')).toBeNull();
    expect(validateEntityId(stats, 'you')?.detail).toContain('"me"');
  });
});

describe('whole rows', () => {
  test('of a device need the required fields and may hold unknown ones', () => {
    expect(validateRow(meditation, { ...session, future: { any: 1 } })).toBeNull();
    expect(validateRow(meditation, { future: 1 })).toMatchObject({ field: 'sessionId' });
  });
  test('of the server may lack fields and hold unknown ones, but known ones fit', () => {
    expect(validateServerRow(meditation, { rating: 4, future: { any: [1] } })).toBeNull();
    expect(validateServerRow(stats, { totalSessions: 40 })).toBeNull();
    expect(validateServerRow(meditation, { rating: 9 })).toMatchObject({ field: 'rating' });
    expect(validateServerRow(stats, { totalSessions: 'many' })).toMatchObject({ field: 'totalSessions' });
  });
  test('required is what has no null, no initial value and is the user’s', () => {
    expect(requiredFields(meditation)).toEqual(['sessionId', 'startedAt', 'completedAt', 'durationSec']);
    expect(requiredFields(stats)).toEqual([]);
    expect(requiredFields(quotes)).toEqual([]);
  });
});

describe('units', () => {
  test('are completed from the row as shown', () => {
    expect(completeUnits(meditation, { durationSec: 60, rating: 3 }, session)).toEqual({
      durationSec: 60,
      rating: 3,
      startedAt: session.startedAt,
      completedAt: session.completedAt,
    });
    expect(validateSet(meditation, completeUnits(meditation, { durationSec: 60 }, session))).toBeNull();
  });
  test('that a change does not touch stay out of it', () => {
    const data = { rating: 3 };
    expect(completeUnits(meditation, data, session)).toBe(data);
    expect(completeUnits(typeNamed(policyRegistry, 'unit'), { from: 'a' }, null)).toEqual({
      from: 'a',
      to: null,
      length: null,
    });
  });
});
