import { describe, expect, test } from 'vitest';
import { formatStamp } from '../../../src/core/clock/stamp.ts';
import type { DeviceId, Stamp } from '../../../src/core/ids.ts';
import { type MergeInput, type MergeResult, mergeRow } from '../../../src/core/merge/resolve.ts';
import { typeNamed } from '../../../src/core/model/registry.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';

const at = (ms: number): Stamp => formatStamp({ ms, counter: 0, deviceId: 'phone' as DeviceId });
const early = at(10_000);
const late = at(20_000);

interface Story {
  readonly type: string;
  readonly base: JsonObject | null;
  readonly local: JsonObject;
  readonly server: JsonObject;
  readonly localAt?: Stamp | null;
  readonly serverAt?: Stamp | null;
}

function merge(story: Story): MergeResult {
  const stampAll = (data: JsonObject, stamp: Stamp | null) =>
    Object.fromEntries(Object.keys(data).map((name) => [name, stamp]));
  const { localAt = early, serverAt = late } = story;
  const input: MergeInput = {
    type: typeNamed(policyRegistry, story.type),
    registry: policyRegistry,
    base: story.base,
    local: { data: story.local, stamps: stampAll(story.local, localAt) },
    server: { data: story.server, stamps: stampAll(story.server, serverAt) },
    simultaneityMs: 1_000,
  };
  return mergeRow(input);
}

describe('one side changed', () => {
  test('a field that only the device changed is kept, beside what the server changed', () => {
    const result = merge({
      type: 'latest',
      base: { value: 'a', other: 'b' },
      local: { value: 'mine' },
      server: { value: 'a', other: 'theirs' },
    });
    expect(result.data).toEqual({ value: 'mine' });
    expect(result.stamps).toEqual({ value: early });
    expect(result.counts).toEqual({ clashes: 0, lost: 0, asked: 0 });
    expect(result.entries.map(({ name, outcome, clash }) => ({ name, outcome, clash }))).toEqual([
      { name: 'value', outcome: 'local', clash: false },
    ]);
  });
  test('a value set back to the base gives way to what the server changed, and nothing is lost', () => {
    const result = merge({
      type: 'ask',
      base: { value: 'a' },
      local: { value: 'a' },
      server: { value: 'b' },
      localAt: late,
    });
    expect(result.entries[0]).toMatchObject({ outcome: 'server', value: 'b', clash: false });
    expect(result.data).toEqual({});
    expect(result.lost).toEqual({});
  });
  test('a status that only the device changed is kept even when it goes back', () => {
    const result = merge({
      type: 'forward',
      base: { value: 'grown' },
      local: { value: 'sown' },
      server: { value: 'grown' },
    });
    expect(result.data).toEqual({ value: 'sown' });
  });
  test('the same value on both sides is no clash and nothing to send', () => {
    const result = merge({ type: 'ask', base: { value: 'a' }, local: { value: 'b' }, server: { value: 'b' } });
    expect(result.entries[0]?.outcome).toBe('same');
    expect(result.data).toEqual({});
    expect(result.counts).toEqual({ clashes: 0, lost: 0, asked: 0 });
  });
});

describe('both sides changed', () => {
  const clash = { base: { value: 'a' }, local: { value: 'mine' }, server: { value: 'theirs' } };

  test('the later intent survives with its stamp', () => {
    const result = merge({ type: 'latest', ...clash, localAt: late, serverAt: early });
    expect(result.data).toEqual({ value: 'mine' });
    expect(result.stamps).toEqual({ value: late });
    expect(result.counts).toEqual({ clashes: 1, lost: 0, asked: 0 });
  });
  test('the loser is recorded', () => {
    const result = merge({ type: 'latest', ...clash });
    expect(result.data).toEqual({});
    expect(result.lost).toEqual({ value: 'mine' });
    expect(result.counts).toEqual({ clashes: 1, lost: 1, asked: 0 });
  });
  test('a question shows the local value meanwhile and sends nothing', () => {
    const result = merge({ type: 'ask', ...clash });
    expect(result.asks).toEqual([
      {
        name: 'value',
        fields: ['value'],
        base: 'a',
        local: 'mine',
        server: 'theirs',
        localStamp: early,
        serverStamp: late,
        clash: true,
        outcome: 'ask',
        value: 'mine',
      },
    ]);
    expect(result.data).toEqual({});
    expect(result.lost).toEqual({});
    expect(result.counts).toEqual({ clashes: 1, lost: 0, asked: 1 });
  });
  test('a rule of the registry decides', () => {
    const result = merge({
      type: 'custom',
      base: { value: '' },
      local: { value: 'longer' },
      server: { value: 'short' },
    });
    expect(result.data).toEqual({ value: 'longer' });
  });
  test('a merged set is sent with the later stamp, and not at all when the server has it already', () => {
    const sent = merge({
      type: 'set',
      base: { value: ['a'] },
      local: { value: ['a', 'c'] },
      server: { value: ['a', 'b'] },
    });
    expect(sent.data).toEqual({ value: ['a', 'b', 'c'] });
    expect(sent.stamps).toEqual({ value: late });
    expect(sent.counts).toEqual({ clashes: 1, lost: 0, asked: 0 });
    const held = merge({ type: 'set', base: { value: ['a'] }, local: { value: [] }, server: { value: ['b'] } });
    expect(held.entries[0]?.outcome).toBe('merged');
    expect(held.data).toEqual({});
    expect(held.lost).toEqual({});
  });
});

describe('a unit', () => {
  const base = { from: '7', to: '8', length: 60 };

  test('is taken whole: no field of the loser gets in', () => {
    const local = { from: '6', to: '8', length: 120 };
    const server = { from: '7', to: '9', length: 120 };
    const mine = merge({ type: 'unit', base, local, server, localAt: late, serverAt: early });
    expect(mine.data).toEqual(local);
    expect(mine.entries.map((entry) => entry.name)).toEqual(['span']);
    const theirs = merge({ type: 'unit', base, local, server });
    expect(theirs.data).toEqual({});
    expect(theirs.lost).toEqual(local);
    expect(theirs.counts.lost).toBe(1);
  });
  test('has the newest stamp of its fields', () => {
    const result = mergeRow({
      type: typeNamed(policyRegistry, 'unit'),
      registry: policyRegistry,
      base,
      local: { data: { from: '6', to: '8', length: 120 }, stamps: { from: early, to: at(30_000), length: early } },
      server: { data: { from: '7', to: '9', length: 120 }, stamps: { from: late } },
      simultaneityMs: 1_000,
    });
    expect(result.entries[0]).toMatchObject({ localStamp: at(30_000), serverStamp: late, outcome: 'local' });
    expect(result.stamps).toEqual({ from: at(30_000), to: at(30_000), length: at(30_000) });
  });
  test('that arrives in part is completed from the base', () => {
    const result = merge({ type: 'unit', base, local: { from: '6' }, server: base });
    expect(result.data).toEqual({ from: '6', to: '8', length: 60 });
  });
});

describe('without a base', () => {
  test('what the user never set does not win, and defaults count as unchanged', () => {
    const local = { key: 'k', value: null, members: [] };
    const result = mergeRow({
      type: typeNamed(policyRegistry, 'keyed'),
      registry: policyRegistry,
      base: null,
      local: { data: local, stamps: { key: late, value: null, members: null } },
      server: {
        data: { key: 'k', value: 'theirs', members: ['x'] },
        stamps: { key: early, value: early, members: early },
      },
      simultaneityMs: 1_000,
    });
    expect(result.data).toEqual({});
    expect(result.lost).toEqual({});
    expect(result.counts.clashes).toBe(0);
  });
  test('a value without a stamp never wins, whatever the policy', () => {
    const story = { base: null, local: { value: 'mine' }, server: { value: 'theirs' } };
    expect(merge({ type: 'local', ...story, localAt: null }).data).toEqual({});
    expect(merge({ type: 'server', ...story, serverAt: null }).data).toEqual({ value: 'mine' });
    expect(merge({ type: 'ask', ...story, serverAt: null }).asks).toEqual([]);
  });
  test('two sets with members are united', () => {
    const result = merge({ type: 'set', base: null, local: { value: ['b'] }, server: { value: ['a'] } });
    expect(result.data).toEqual({ value: ['a', 'b'] });
  });
});

describe('the merged row is validated', () => {
  test('a merged value that breaks the schema becomes a question', () => {
    const result = merge({
      type: 'strict',
      base: { need: 'n', few: ['a', 'b'] },
      local: { few: ['a', 'b', 'c'], grade: 4 },
      server: { need: 'n', few: ['a', 'b', 'd'] },
    });
    expect(result.invalid?.field).toBe('few');
    expect(result.asks.map((entry) => entry.name)).toEqual(['few']);
    expect(result.asks[0]).toMatchObject({ value: ['a', 'b', 'c'], server: ['a', 'b', 'd'], clash: true });
    expect(result.data).toEqual({ grade: 4 });
    expect(result.counts).toEqual({ clashes: 1, lost: 0, asked: 1 });
  });
  test('a row that grew too large by two harmless changes becomes a question', () => {
    const half = 'x'.repeat(600_000);
    const result = merge({ type: 'latest', base: {}, local: { value: half }, server: { other: half } });
    expect(result.invalid?.code).toBe('too_large');
    expect(result.asks.map((entry) => entry.name)).toEqual(['value']);
    expect(result.data).toEqual({});
  });
});

describe('what a change never holds', () => {
  test('counters and fields of the server or of the device are a bug', () => {
    expect(() => merge({ type: 'counter', base: {}, local: { value: 1 }, server: {} })).toThrow('counter.value');
    expect(() => merge({ type: 'strict', base: {}, local: { rank: 1 }, server: {} })).toThrow('strict.rank');
    expect(() => merge({ type: 'strict', base: {}, local: { path: '/a' }, server: {} })).toThrow('strict.path');
  });
  test('unknown fields are left out, also one named like the prototype', () => {
    const local = JSON.parse('{"__proto__": {"polluted": true}, "future": 1, "value": "mine"}') as JsonObject;
    const server = JSON.parse('{"__proto__": {"kept": true}}') as JsonObject;
    const result = merge({ type: 'latest', base: null, local, server });
    expect(result.data).toEqual({ value: 'mine' });
    expect(Object.getPrototypeOf(result.data)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
