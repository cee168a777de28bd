import type * as z from 'zod/mini';
import type { Json } from '../../lib/json.ts';
import type { Field } from './field.ts';
import type { EntityType } from './registry.ts';

/** A field that the user sets through any device. Merges by `latest` unless said otherwise. */
export function userField(
  schema: z.ZodMiniType,
  also: Partial<Pick<Field, 'merge' | 'initial' | 'order'>> = {},
): Field {
  return { schema, owner: 'user', merge: 'latest', ...also };
}

/** A field that the server alone sets; devices show it. */
export function serverField(schema: z.ZodMiniType, initial?: Json): Field {
  return { schema, owner: 'server', merge: 'server', ...(initial === undefined ? {} : { initial }) };
}

/** A field that this device alone knows; it is never sent. */
export function deviceField(schema: z.ZodMiniType): Field {
  return { schema, owner: 'device', merge: 'local' };
}

/** A counter: starts at 0, grows by whole increments that the server adds up. */
export function counterField(schema: z.ZodMiniType): Field {
  return { schema, owner: 'user', merge: 'counter', initial: 0 };
}

/** An entity type with the usual traits where nothing else is said: no units, no references, delete wins. */
export function entityType(declared: Pick<EntityType, 'name' | 'about' | 'fields'> & Partial<EntityType>): EntityType {
  return {
    units: {},
    references: [],
    naturalKey: [],
    onDelete: 'delete-wins',
    catalogue: false,
    singleton: null,
    ...declared,
  };
}
