import { assert, present } from '../../../lib/assert.ts';
import type { MergeRule } from '../../model/field.ts';
import type { Registry } from '../../model/registry.ts';
import { ask } from './ask.ts';
import { counter } from './counter.ts';
import { forward } from './forward.ts';
import { latest } from './latest.ts';
import { local } from './local.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { server } from './server.ts';
import { set } from './set.ts';

/** Every merge rule that comes with the engine, by the name that entity types use. */
export const builtInRules: ReadonlyMap<string, MergeRule> = new Map<string, MergeRule>([
  ['latest', latest],
  ['server', server],
  ['local', local],
  ['max', max],
  ['min', min],
  ['forward', forward],
  ['set', set],
  ['counter', counter],
  ['ask', ask],
]);

/** The rule of this name: the registry's own before a built-in one. Throws BugError for a name nobody declared. */
export function ruleNamed(registry: Registry, name: string): MergeRule {
  const own = Object.hasOwn(registry.rules, name) ? registry.rules[name] : undefined;
  return present(own ?? builtInRules.get(name), `merge rule ${name} is declared`);
}

/**
 * Gives the registry back after checking that every rule it names exists, that `forward` has an order, and that a unit
 * holds only fields that merge by values and shares its name with none. Throws BugError otherwise. A registry is checked once, where it is made.
 */
export function checkRules(registry: Registry): Registry {
  assert(!Object.hasOwn(registry.rules, 'counter'), 'the rule counter keeps its meaning: it travels as increments');
  for (const type of registry.types.values()) {
    for (const [name, field] of Object.entries(type.fields)) {
      ruleNamed(registry, field.merge);
      assert(field.merge !== 'forward' || field.order !== undefined, `${type.name}.${name} declares its order`);
    }
    for (const [name, unit] of Object.entries(type.units)) {
      ruleNamed(registry, unit.merge);
      assert(!Object.hasOwn(type.fields, name), `the unit ${type.name}.${name} has a name that no field has`);
      const values = unit.fields.every((field) => type.fields[field]?.merge !== 'counter');
      assert(values && unit.merge !== 'counter', `the unit ${type.name}.${name} holds no counter`);
    }
  }
  return registry;
}
