import { gurasRegistry } from '../core/model/entities/registry.ts';
import type { Registry } from '../core/model/registry.ts';
import { olderPolicyRegistry, policyRegistry } from './policies.ts';

/** The data a story may be about: that of the app, or one type per merge policy and trait, made to try the engine. */
export const registries = { guras: gurasRegistry, policies: policyRegistry } as const satisfies Record<
  string,
  Registry
>;

/** Name of a registry in a story. */
export type RegistryName = keyof typeof registries;

/** The data as the app of the version before knows it; null where there was none. */
const olderRegistries: Readonly<Record<RegistryName, Registry | null>> = {
  guras: null,
  policies: olderPolicyRegistry,
};

/** Everything that any app of a registry may name: what the older one has, with what the current one has. */
export function namesOf(name: RegistryName): Registry {
  const older = olderRegistries[name];
  const current = registries[name];
  if (older === null) return current;
  const types = new Map(current.types);
  for (const [word, type] of older.types) {
    const now = current.types.get(word);
    types.set(word, now === undefined ? type : { ...now, fields: { ...type.fields, ...now.fields } });
  }
  return { ...current, types };
}

/** The data as an app knows it: that of the server, or the one before; null where there was none. */
export function appRegistry(name: RegistryName, app: 'current' | 'older'): Registry | null {
  return app === 'older' ? olderRegistries[name] : registries[name];
}
