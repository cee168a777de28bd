import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatStamp } from '../../../src/core/clock/stamp.ts';
import type { DeviceId, Stamp } from '../../../src/core/ids.ts';
import { type MergeInput, mergeRow } from '../../../src/core/merge/resolve.ts';
import { fieldValue, typeNamed } from '../../../src/core/model/registry.ts';
import { canonicalJson, type Json, type JsonObject } from '../../../src/lib/json.ts';
import { policyRegistry, steps } from '../../../src/stage/policies.ts';

const text = fc.constantFrom<Json>(null, 'a', 'b', 'cc', 'ddd');
const number = fc.constantFrom<Json>(null, -1, 0, 1, 2.5);
const list = fc.oneof(fc.constant<Json>(null), fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }));
const status = fc.constantFrom<Json>(null, ...steps);
const values: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  latest: text,
  server: text,
  local: text,
  max: number,
  min: number,
  forward: status,
  set: list,
  ask: text,
  custom: text,
};
/** Policies whose outcome depends on the two changes alone, not on which reached the server first. */
const symmetric = ['latest', 'max', 'min', 'forward', 'set', 'custom'] as const;

/** Even seconds for one device, odd ones for the other: never within a window of half a second. */
const stampBy = (device: 'phone' | 'tablet') =>
  fc.nat(20).map((n): Stamp => {
    const ms = 1_000_000 + n * 2_000 + (device === 'tablet' ? 1_000 : 0);
    return formatStamp({ ms, counter: n, deviceId: device as DeviceId });
  });

interface Story {
  readonly type: string;
  readonly base: JsonObject | null;
  readonly mine: JsonObject;
  readonly mineAt: Stamp;
  readonly theirs: JsonObject;
  readonly theirsAt: Stamp;
}

function story(types: readonly string[]): fc.Arbitrary<Story> {
  return fc.constantFrom(...types).chain((type) => {
    const data = fc.record({ value: values[type] ?? text, other: text });
    const change = fc.record({ value: values[type] ?? text, other: text }, { requiredKeys: [] });
    return fc.record({
      type: fc.constant(type),
      base: fc.option(data),
      mine: change,
      mineAt: stampBy('phone'),
      theirs: change,
      theirsAt: stampBy('tablet'),
    });
  });
}

/** The merge on a device whose change meets that of the other, which the server took first. */
function inputOf({ type, base, mine, mineAt, theirs, theirsAt }: Story): MergeInput {
  const stamped = (data: JsonObject, stamp: Stamp) =>
    Object.fromEntries(Object.keys(data).map((name) => [name, stamp]));
  return {
    type: typeNamed(policyRegistry, type),
    registry: policyRegistry,
    base,
    local: { data: mine, stamps: stamped(mine, mineAt) },
    server: { data: { ...base, ...theirs }, stamps: stamped(theirs, theirsAt) },
    simultaneityMs: 500,
  };
}

/** What the server holds, field by field, after the merge was sent. */
function rowAfter(input: MergeInput): JsonObject {
  const row = { ...input.server.data, ...mergeRow(input).data };
  return Object.fromEntries(['value', 'other'].map((name) => [name, fieldValue(input.type, row, name)]));
}

describe('mergeRow', () => {
  test('is total and deterministic, and changes none of its inputs', () => {
    fc.assert(
      fc.property(story(Object.keys(values)), (given) => {
        const input = inputOf(given);
        const before = canonicalJson([input.base, input.local.data, input.server.data, { ...input.local.stamps }]);
        const result = mergeRow(input);
        expect(mergeRow(structuredCloneOf(input))).toEqual(result);
        expect(canonicalJson([input.base, input.local.data, input.server.data, { ...input.local.stamps }])).toBe(
          before,
        );
        expect(result.entries.map((entry) => entry.name).sort()).toEqual(Object.keys(given.mine).sort());
      }),
    );
  });

  test('accounts for every changed value: it survives, is asked, is held by the server, lost, or unchanged', () => {
    fc.assert(
      fc.property(story(Object.keys(values)), (given) => {
        const result = mergeRow(inputOf(given));
        for (const entry of result.entries) {
          const sent = Object.hasOwn(result.data, entry.name);
          const lost = Object.hasOwn(result.lost, entry.name);
          const asked = result.asks.includes(entry);
          expect([sent, lost, asked].filter(Boolean).length).toBeLessThanOrEqual(1);
          expect(lost).toBe(entry.clash && entry.outcome === 'server');
          expect(sent ? canonicalJson(result.data[entry.name] ?? null) : '').toBe(
            sent ? canonicalJson(entry.value) : '',
          );
          expect(sent && canonicalJson(entry.value) === canonicalJson(entry.server)).toBe(false);
        }
      }),
    );
  });

  test('keeps what the device did not change as the server has it, and the other way round', () => {
    fc.assert(
      fc.property(story(Object.keys(values)), (given) => {
        const input = inputOf({ ...given, theirs: {} });
        for (const entry of mergeRow(input).entries) expect(entry.value).toEqual(entry.local);
        const unchanged = inputOf({ ...given, mine: valuesOf(input, given.base) });
        for (const entry of mergeRow(unchanged).entries) expect(entry.value).toEqual(entry.server);
      }),
    );
  });

  test('is idempotent: merged again on what it made, nothing is left to send, to lose or to ask', () => {
    fc.assert(
      fc.property(story(Object.keys(values)), (given) => {
        const input = inputOf(given);
        const first = mergeRow(input);
        const data = { ...input.server.data, ...first.data };
        const again = mergeRow({
          ...input,
          base: input.server.data,
          local: { data: first.data, stamps: first.stamps },
          server: { ...input.server, data },
        });
        expect(again.data).toEqual({});
        expect(again.counts).toEqual({ clashes: 0, lost: 0, asked: 0 });
      }),
    );
  });

  test('reaches one row whichever of two devices came first, where the policy promises it', () => {
    let clashes = 0;
    fc.assert(
      fc.property(story(symmetric), (given) => {
        const input = inputOf(given);
        const swapped = inputOf({
          ...given,
          mine: given.theirs,
          mineAt: given.theirsAt,
          theirs: given.mine,
          theirsAt: given.mineAt,
        });
        clashes += mergeRow(input).counts.clashes;
        expect(setsSorted(rowAfter(swapped))).toEqual(setsSorted(rowAfter(input)));
      }),
    );
    expect(clashes).toBeGreaterThan(10);
  });

  test('keeps the order of arrival where the policy names a side', () => {
    fc.assert(
      fc.property(story(['server', 'local']), (given) => {
        const input = inputOf(given);
        for (const entry of mergeRow(input).entries.filter(({ clash, name }) => clash && name === 'value')) {
          expect(entry.outcome).toBe(given.type);
        }
      }),
    );
  });
});

function valuesOf(input: MergeInput, data: JsonObject | null): JsonObject {
  return Object.fromEntries(['value', 'other'].map((name) => [name, fieldValue(input.type, data, name)]));
}

/** A whole list that one side alone wrote keeps its order; as a set it is the same in any. */
function setsSorted(row: JsonObject): JsonObject {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value].sort() : (value ?? null),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

function structuredCloneOf(input: MergeInput): MergeInput {
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  return { ...input, base: copy(input.base), local: copy(input.local), server: copy(input.server) };
}
