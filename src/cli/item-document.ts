import { defaultLimits } from '../core/limits.ts';
import type { Item } from '../core/queue/item.ts';

/** A queue item as `--json` shows it: the words of the app first, then those of the engine. */
export function itemDocument(item: Item): object {
  const { id, place, entityType, entityId, action, data, increments, timestamp, retryCount, state } = item;
  return {
    id,
    place,
    entityType,
    entityId,
    action,
    data,
    increments,
    timestamp,
    retryCount,
    maxRetries: defaultLimits.maxRetries,
    state,
    lastError: item.error,
    nextAttemptAt: item.nextAttemptAt,
    waitsFor: item.waitsFor,
    sent: item.sent,
    verdict: item.verdict,
    baseVersion: item.baseVersion,
    dependsOn: item.dependsOn,
    group: item.group,
  };
}
