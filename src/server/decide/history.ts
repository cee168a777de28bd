import type { HistoryAnswer } from '../../core/protocol/messages.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Answer } from './answer.ts';
import { isRecord } from './change-shape.ts';
import type { Context } from './context.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Scans } from './scans.ts';
import type { HistoryEntry } from './stored.ts';

/** Answers the versions of one row, oldest first. `body` names it: `[type, id]`, or that under `path`. A row never heard of has none. */
export function decideHistory(context: Context, scans: Scans, body: unknown): Answer | Refusal {
  const parts: unknown = isRecord(body) ? body.path : body;
  const path: readonly unknown[] = Array.isArray(parts) ? parts : [];
  const [entityType, entityId] = path;
  if (path.length !== 2 || typeof entityType !== 'string' || typeof entityId !== 'string') {
    return refuse('not_found', 'The address of a history ends with a type and an id.');
  }
  const versions = scans.history({ entityType, entityId }).map(versionOf);
  const answer: HistoryAnswer = { epoch: context.epoch, versions };
  return { kind: 'answer', writes: [], body: JSON.stringify(answer) };
}

function versionOf(entry: HistoryEntry): HistoryAnswer['versions'][number] {
  return {
    version: entry.version,
    deleted: entry.deleted,
    data: entry.dataJson === null ? null : (JSON.parse(entry.dataJson) as JsonObject),
    changed: [...entry.changed],
    ...(entry.lostJson === null ? {} : { lost: JSON.parse(entry.lostJson) as JsonObject }),
    ...(entry.outcome === null ? {} : { outcome: entry.outcome }),
    updatedAt: entry.updatedAt,
    origin: entry.origin,
  };
}
