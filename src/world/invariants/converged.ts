import { canonicalJson } from '../../lib/json.ts';
import type { HeldRow } from '../facts.ts';
import type { Invariant } from './invariant.ts';

/** Law 8: equal rows everywhere. */
export const converged: Invariant = {
  name: 'converged',
  claim: 'At rest every device shows exactly the rows that the server holds for its user.',
  atRest: ({ devices, server, ledger }, findings) => {
    for (const { name, user, rows } of devices) {
      const theirs = textsOf(server.get(user) ?? [], ledger.registry);
      const mine = textsOf(rows, ledger.registry);
      if (theirs.size > 0) findings.counts();
      for (const [key, text] of theirs) {
        if (mine.get(key) !== text)
          findings.found(`${name} shows ${key} as ${mine.get(key) ?? 'nothing'}, the server holds ${text}`);
      }
      for (const key of mine.keys())
        if (!theirs.has(key)) findings.found(`${name} shows ${key}, which the server does not hold`);
    }
  },
};

type Types = Parameters<NonNullable<Invariant['atRest']>>[0]['ledger']['registry'];

/** Rows by name as text; what only a device keeps is left out. */
function textsOf(rows: readonly HeldRow[], registry: Types): ReadonlyMap<string, string> {
  return new Map(
    rows.map(({ entityType, entityId, data }) => {
      const fields = registry.types.get(entityType)?.fields ?? {};
      const shared = Object.entries(data).filter(([name, value]) => fields[name]?.owner !== 'device' && value !== null);
      return [`${entityType}/${entityId}`, canonicalJson(Object.fromEntries(shared))];
    }),
  );
}
