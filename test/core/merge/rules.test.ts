import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatStamp } from '../../../src/core/clock/stamp.ts';
import type { DeviceId, Stamp } from '../../../src/core/ids.ts';
import { builtInRules, checkRules, ruleNamed } from '../../../src/core/merge/rules/table.ts';
import type { Clash, Ruling } from '../../../src/core/model/field.ts';
import { makeRegistry } from '../../../src/core/model/registry.ts';
import { present } from '../../../src/lib/assert.ts';
import { canonicalJson, type Json } from '../../../src/lib/json.ts';
import { policyRegistry, steps } from '../../../src/stage/policies.ts';

const at = (ms: number, deviceId = 'phone'): Stamp => formatStamp({ ms, counter: 0, deviceId: deviceId as DeviceId });

function rule(name: string, clash: Partial<Clash>): Ruling {
  const whole: Clash = {
    base: null,
    local: null,
    server: null,
    localStamp: at(10_000),
    serverStamp: at(20_000, 'tablet'),
    simultaneityMs: 1_000,
    order: steps,
  };
  return present(builtInRules.get(name), 'the rule is built in')({ ...whole, ...clash });
}

describe('latest', () => {
  const table: readonly (readonly [string, Stamp | null, Stamp | null, 'local' | 'server'])[] = [
    ['the later intent wins for the device', at(12_000), at(10_000), 'local'],
    ['the later intent wins for the server', at(10_000), at(12_000), 'server'],
    ['intents one window apart are simultaneous', at(11_000), at(10_000), 'server'],
    ['a millisecond beyond the window decides', at(11_001), at(10_000), 'local'],
    ['equal intents leave the value of the server', at(10_000), at(10_000, 'tablet'), 'server'],
    ['what the user never set on the device does not win', null, at(1), 'server'],
    ['what nobody set on the server does not win', at(1), null, 'local'],
    ['two values nobody set leave that of the server', null, null, 'server'],
  ];
  test.each(table)('%s', (_claim, localStamp, serverStamp, take) => {
    expect(rule('latest', { localStamp, serverStamp })).toEqual({ take });
  });

  test('without a window, equal times still leave the value of the server, whatever the counter', () => {
    const later = formatStamp({ ms: 10_000, counter: 9, deviceId: 'phone' as DeviceId });
    expect(rule('latest', { localStamp: later, serverStamp: at(10_000), simultaneityMs: 0 })).toEqual({
      take: 'server',
    });
    expect(rule('latest', { localStamp: at(10_001), serverStamp: later, simultaneityMs: 0 })).toEqual({
      take: 'local',
    });
  });
});

describe('numbers, statuses, fixed sides', () => {
  const table: readonly (readonly [string, Json, Json, Ruling['take']])[] = [
    ['max', 3, 2, 'local'],
    ['max', 2, 3, 'server'],
    ['max', null, -5, 'server'],
    ['max', -5, null, 'local'],
    ['max', 'nine', 'ten', 'server'],
    ['min', 2, 3, 'local'],
    ['min', 3, 2, 'server'],
    ['min', null, 9, 'server'],
    ['min', 9, null, 'local'],
    ['forward', 'grown', 'sown', 'local'],
    ['forward', 'sown', 'grown', 'server'],
    ['forward', 'sown', null, 'local'],
    ['forward', null, 'sown', 'server'],
    ['forward', 'eaten', 'sown', 'server'],
    ['forward', 'harvested', 'eaten', 'server'],
    ['server', 1, 2, 'server'],
    ['local', 1, 2, 'local'],
    ['counter', 1, 2, 'server'],
    ['ask', 1, 2, 'ask'],
  ];
  test.each(table)('%s of %j here and %j on the server takes %s', (name, local, server, take) => {
    expect(rule(name, { local, server })).toEqual({ take });
  });
});

describe('set', () => {
  const merged = (base: Json, local: Json, server: Json): Json => {
    const ruling = rule('set', { base, local, server });
    return ruling.take === 'merged' ? ruling.value : ruling.take;
  };

  test('what either side added or removed is kept', () => {
    expect(merged(['07:00', '12:00'], ['07:00', '21:00'], ['12:00', '07:00', '06:00'])).toEqual([
      '06:00',
      '07:00',
      '21:00',
    ]);
  });
  test('null is the empty set, and members are told apart by value', () => {
    expect(merged(null, [{ a: 1, b: 2 }, 1], [{ b: 2, a: 1 }, '1'])).toEqual(['1', 1, { b: 2, a: 1 }].sort(byText));
    expect(merged(['x'], null, ['x', 'y'])).toEqual(['y']);
  });
  test('a value that is no list leaves that of the server', () => {
    expect(merged([], 'odd', ['x'])).toBe('server');
    expect(merged([], ['x'], { odd: true })).toBe('server');
  });
  test('every member follows what was done to it, in any order of arrival', () => {
    const members = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'));
    fc.assert(
      fc.property(members, members, members, (base, local, server) => {
        const result = merged(base, local, server) as readonly string[];
        expect(merged(base, server, local)).toEqual(result);
        expect([...new Set(result)].sort()).toEqual(result);
        for (const member of ['a', 'b', 'c', 'd', 'e']) {
          const here = local.includes(member);
          const there = server.includes(member);
          expect(result.includes(member)).toBe(base.includes(member) ? here && there : here || there);
        }
      }),
    );
  });
});

describe('the table', () => {
  test('every rule is total: it rules on any values', () => {
    const stamp = fc.option(fc.nat(50_000).map((ms) => at(ms)));
    const clash = fc.record({ base: json(), local: json(), server: json(), localStamp: stamp, serverStamp: stamp });
    fc.assert(
      fc.property(fc.constantFrom(...builtInRules.keys()), clash, (name, given) => {
        const before = canonicalJson([given.base, given.local, given.server]);
        const ruling = rule(name, given);
        expect(['local', 'server', 'merged', 'ask']).toContain(ruling.take);
        expect(rule(name, given)).toEqual(ruling);
        expect(canonicalJson([given.base, given.local, given.server])).toBe(before);
      }),
    );
  });
  test('a rule of the registry goes before a built-in one of its name', () => {
    const own = (): Ruling => ({ take: 'ask' });
    const registry = makeRegistry({ schemaVersion: 1, types: [], rules: { latest: own } });
    expect(ruleNamed(registry, 'latest')).toBe(own);
    expect(ruleNamed(registry, 'max')).toBe(builtInRules.get('max'));
  });
  test('a name that nobody declared is a bug, also when every object has it', () => {
    for (const name of ['newest', 'toString', '__proto__', 'constructor']) {
      expect(() => ruleNamed(policyRegistry, name)).toThrow(`merge rule ${name} is declared`);
    }
  });
  test('a registry is refused for an unknown rule, a missing order and a unit that holds a counter', () => {
    const of = (name: string) => present(policyRegistry.types.get(name), 'declared');
    const check = (type: ReturnType<typeof of>) => checkRules(makeRegistry({ schemaVersion: 1, types: [type] }));
    expect(() => check(of('custom'))).toThrow('merge rule longest is declared');
    const value = present(of('latest').fields.value, 'declared');
    expect(() => check({ ...of('latest'), fields: { value: { ...value, merge: 'forward' } } })).toThrow('its order');
    const units = (fields: readonly string[], name = 'all') => ({ [name]: { fields, merge: 'latest' } });
    expect(() => check({ ...of('counter'), units: units(['value', 'other']) })).toThrow('holds no counter');
    expect(() => check({ ...of('latest'), units: units(['value', 'other'], 'other') })).toThrow(
      'name that no field has',
    );
    expect(check(of('latest')).types.size).toBe(1);
  });
});

function json(): fc.Arbitrary<Json> {
  return fc.jsonValue() as fc.Arbitrary<Json>;
}

function byText(a: Json, b: Json): number {
  return canonicalJson(a) < canonicalJson(b) ? -1 : 1;
}
