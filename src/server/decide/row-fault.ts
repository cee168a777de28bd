import * as z from 'zod/mini';
import { jsonBytesAtMost } from '../../core/model/json-rules.ts';
import { type EntityType, fieldOf } from '../../core/model/registry.ts';
import type { Problem } from '../../core/protocol/messages.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Context } from './context.ts';
import { problemOf } from './refusal.ts';

/**
 * Why the row that a change leads to can't stand, though the change itself is sound: a sum out of its field's range, or
 * more data than a row may have. Null when it can.
 */
export function rowFault(
  context: Context,
  change: { readonly type: EntityType; readonly increments: Readonly<Record<string, number>> },
  data: JsonObject,
): Problem | null {
  for (const name of Object.keys(change.increments)) {
    const schema = fieldOf(change.type, name)?.schema;
    const isSound = Number.isSafeInteger(data[name]) && schema !== undefined && z.safeParse(schema, data[name]).success;
    if (!isSound) return problemOf('invalid_change', `The sum of ${name} would be ${data[name]}.`, { field: name });
  }
  if (jsonBytesAtMost(data, context.limits.rowBytes)) return null;
  return problemOf('too_large', `A row has at most ${context.limits.rowBytes} bytes of JSON.`);
}
