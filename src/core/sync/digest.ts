import type { RecordRow } from '../model/record.ts';
import type { Registry } from '../model/registry.ts';
import { DigestSum } from '../protocol/digest.ts';
import { type Rows, readMeta } from './rows.ts';

/** Count and hash of the live rows of one type, as the protocol defines them. */
export interface TypeDigest {
  readonly count: number;
  readonly hash: string;
}

/** A digest made on the device, with the cursor it belongs to. */
export interface LocalDigest {
  readonly epoch: string | null;
  readonly cursor: string | null;
  readonly types: Readonly<Record<string, TypeDigest>>;
}

const chunk = 1_000;

/** Digest of what was received: bases, or a held newer version, and raw rows in quarantine; no local change counts. */
export function digestOf(rows: Rows, registry: Registry, wanted: readonly string[] | null): LocalDigest {
  const server = readMeta(rows, 'server');
  const types: Record<string, TypeDigest> = {};
  for (const name of wanted ?? [...registry.types.keys()]) types[name] = digestType(rows, name);
  return { epoch: server?.epoch ?? null, cursor: server?.cursor ?? null, types };
}

function digestType(rows: Rows, entityType: string): TypeDigest {
  const sum = new DigestSum();
  const newer = new Set<string>();
  for (const { reason, part, row } of rows.scan('aside', { prefix: [entityType] })) {
    if (reason === 'restored-server' || part !== 'user') continue;
    // It stands in place of the older version that is shown.
    newer.add(row.entityId);
    if (!row.deleted) sum.add({ entityType, entityId: row.entityId, version: row.version, data: row.data });
  }
  let after: readonly (string | number)[] | null = null;
  for (;;) {
    const more = after === null ? {} : { after };
    const records: readonly RecordRow[] = rows.scan('records', { prefix: [entityType], limit: chunk, ...more });
    for (const record of records) {
      const row = record.theirs ?? record.base;
      // Version 0: a row of a lineage that ended, not seen again yet.
      if (row === null || row.deleted || row.version === 0 || newer.has(record.entityId)) continue;
      sum.add({ entityType, entityId: record.entityId, version: row.version, data: row.data });
    }
    const last = records.at(-1);
    if (last === undefined || records.length < chunk) break;
    after = [last.entityType, last.entityId];
  }
  return sum.result();
}
