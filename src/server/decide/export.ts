import type { Answer } from './answer.ts';
import type { Context } from './context.ts';
import type { Scans } from './scans.ts';
import type { HistoryEntry, StoredRow } from './stored.ts';

/**
 * Answers everything that is kept of the user, of one state: live rows by type, every version of every row with what was
 * lost, and the devices. Nothing of another user and nothing of the shared catalogue.
 */
export function decideExport(context: Context, scans: Scans): Answer {
  const types = [...context.registry.types.keys()].map((type) => {
    const rows = Array.from(scans.liveRows(type), rowText);
    return `${JSON.stringify(type)}:[${rows.join(',')}]`;
  });
  const history = Array.from(scans.allHistory(), versionText);
  const head = JSON.stringify({ format: 'guras-export/1', epoch: context.epoch, exportedAt: context.nowMs }).slice(
    0,
    -1,
  );
  const devices = JSON.stringify(scans.devices().map(({ incarnation: _, lastSeq: __, ...device }) => device));
  const body = `${head},"devices":${devices},"rows":{${types.join(',')}},"history":[${history.join(',')}]}`;
  return { kind: 'answer', writes: [], body };
}

function rowText({ entityId, version, updatedAt, origin, dataJson }: StoredRow): string {
  return withData({ entityId, version, updatedAt, origin }, { data: dataJson });
}

function versionText({ dataJson, lostJson, settles, outcome, ...entry }: HistoryEntry): string {
  const decided = { ...(outcome === null ? {} : { outcome }), ...(settles === null ? {} : { settles }) };
  return withData({ ...entry, ...decided }, { data: dataJson, ...(lostJson === null ? {} : { lost: lostJson }) });
}

/** An object with members that are JSON texts already. */
function withData(head: object, texts: Readonly<Record<string, string | null>>): string {
  const members = Object.entries(texts).map(([name, text]) => `"${name}":${text ?? 'null'}`);
  return `${JSON.stringify(head).slice(0, -1)},${members.join(',')}}`;
}
