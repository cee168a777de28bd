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
export const olderRegistries: Readonly<Record<RegistryName, Registry | null>> = {
  guras: null,
  policies: olderPolicyRegistry,
};
