import { validateServerRow } from '../model/validate.ts';
import type { ServerRow } from '../protocol/messages.ts';
import type { Turn } from './turn.ts';

/**
 * Whether a row can be used. One of an unknown type or that breaks the schema is kept as received in quarantine, counted
 * in the digest, reported, and taken in after an upgrade; a usable newer version takes it out.
 */
export function isUsable(turn: Turn, row: ServerRow): boolean {
  const fault = faultOf(turn, row);
  const key = [row.entityType, row.entityId, row.part];
  if (fault === null) {
    if (turn.asideCount() > 0 && turn.get('aside', key) !== undefined) turn.remove('aside', key);
    return true;
  }
  const { era } = turn.meta('server');
  const held = turn.get('aside', key);
  if (held !== undefined && held.era === era && held.row.version >= row.version) return false;
  turn.put('aside', {
    ...fault,
    entityType: row.entityType,
    entityId: row.entityId,
    part: row.part,
    row,
    era,
    atMs: turn.at.wallMs,
  });
  turn.count('quarantined');
  return false;
}

function faultOf(
  turn: Turn,
  row: ServerRow,
): { readonly reason: 'unknown-type' | 'invalid'; readonly detail: string } | null {
  const type = turn.setting.registry.types.get(row.entityType);
  if (type === undefined) return { reason: 'unknown-type', detail: `no entity type ${row.entityType} in this version` };
  if (row.deleted || row.data === null) return null;
  const problem = validateServerRow(type, row.data);
  return problem === null
    ? null
    : { reason: 'invalid', detail: `${problem.field ?? 'row'}: ${problem.detail ?? problem.code}` };
}

/**
 * Empties the quarantine for a full resync, which brings what the server still has: a row that it purged meanwhile
 * would stay for ever. What a restored server may have lost is listed, not dropped.
 */
export function emptyQuarantine(turn: Turn, { restored }: { readonly restored: boolean }): void {
  for (const reason of ['unknown-type', 'invalid']) {
    for (const aside of turn.scan('aside', { index: 'byReason', prefix: [reason] })) {
      if (restored && !aside.row.deleted) turn.put('aside', { ...aside, reason: 'restored-server' });
      else turn.remove('aside', [aside.entityType, aside.entityId, aside.part]);
    }
  }
}
