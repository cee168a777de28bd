import { expect } from 'vitest';
import { brandId, type ChangeId } from '../../../src/core/ids.ts';
import type { WriteOutcome } from '../../../src/core/sync/output.ts';
import { present } from '../../../src/lib/assert.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { start } from './core-device.ts';

/** The id of the only change that an accepted edit is carried by. */
export function changeId(outcome: WriteOutcome): ChangeId {
  expect(outcome).toMatchObject({ ok: true });
  return brandId<ChangeId>(present(outcome.ok ? outcome.changeIds[0] : undefined, 'the edit has a change'));
}

/** A row of the server, named `type/id`; a tombstone when it has no data. */
export function row(name: string, version: number, data: JsonObject | null, more: JsonObject = {}): JsonObject {
  const [entityType = '', entityId = ''] = name.split('/');
  return {
    entityType,
    entityId,
    part: 'user',
    version,
    deleted: data === null,
    data,
    stamps: {},
    updatedAt: start,
    origin: { deviceId: 'tablet', changeId: 'other' },
    ...more,
  };
}

/** Results of one status for these changes, at the version given. */
export function results(
  changes: readonly { readonly id: string }[],
  status: string,
  more: JsonObject = {},
): readonly JsonObject[] {
  return changes.map(({ id }) => ({ id, status, ...more }));
}
