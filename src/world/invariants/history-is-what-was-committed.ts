import type { Facts } from '../facts.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'history-is-what-was-committed',
  claim:
    'Each effect that the server told of stands once in the history of its row, in rising versions, and nothing else does.',
};

/** The server's history against the commits it told of. A server that was restored from a copy has another history. */
export const historyIsWhatWasCommitted: Invariant = { ...claim, fresh: remembering };

/** What was committed to rows of one name, of whatever user. */
interface Committed {
  readonly versions: Set<number>;
  newest: number;
  newestAtMs: number;
}

function remembering(): Invariant {
  const rows = new Map<string, Committed>();
  let isRestored = false;
  /** Rows that were also written beside the devices: their history holds more. */
  const beside = new Set<string>();
  return {
    ...claim,
    heeds: {
      server: ({ data }) => {
        if (data.change === 'backed up') isRestored = true;
        const { edit } = data as { readonly edit?: { readonly entityType: string; readonly entityId?: string } };
        if (edit !== undefined) beside.add(`${edit.entityType}/${edit.entityId}`);
      },
      'server-commit': ({ atMs, data }) => {
        const { entityType, entityId, version } = data;
        if (typeof version !== 'number') return;
        const key = `${String(entityType)}/${String(entityId)}`;
        const row = rows.get(key) ?? { versions: new Set(), newest: 0, newestAtMs: -1 };
        rows.set(key, row);
        row.versions.add(version);
        Object.assign(row, { newest: Math.max(row.newest, version), newestAtMs: atMs });
      },
    },
    atRest: async (facts, findings) => {
      if (isRestored) return;
      for (const { by, entityType, entityId } of facts.ledger.writes)
        if (by === 'fixture') beside.add(`${entityType}/${entityId}`);
      for (const [key, committed] of rows) await check(key, committed, { facts, findings, isWhole: !beside.has(key) });
    },
  };
}

async function check(
  key: string,
  { versions }: Committed,
  { facts, findings, isWhole }: { readonly facts: Facts; readonly findings: Findings; readonly isWhole: boolean },
): Promise<void> {
  const [entityType = '', entityId = ''] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
  const held = new Set<number>();
  for (const user of facts.server.keys()) {
    for (const { version } of await facts.stage.server.history(user, { entityType, entityId })) held.add(version);
  }
  findings.counts();
  const missing = [...versions].filter((version) => !held.has(version));
  const extra = isWhole ? [...held].filter((version) => !versions.has(version)) : [];
  if (missing.length > 0)
    findings.found(`the history of ${key} lacks version ${missing.join(', ')}, which was committed`);
  if (extra.length > 0)
    findings.found(`the history of ${key} holds version ${extra.join(', ')}, which nobody was told of`);
}
