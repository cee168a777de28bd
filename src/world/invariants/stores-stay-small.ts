import { MemoryStorage } from '../../adapters/portable/storage-memory.ts';
import { type TableName, tables } from '../../core/sync/tables.ts';
import type { Facts } from '../facts.ts';
import type { Invariant } from './invariant.ts';

/** What a device and the server keep grows with what was done, not with time, tries or disturbances. */
export const storesStaySmall: Invariant = {
  name: 'stores-stay-small',
  claim:
    'At rest the tables of a device, its log and the history of the server are in proportion to edits and decisions.',
  atRest: async ({ stage, ledger, devices }, findings) => {
    for (const { name, user } of devices) {
      const counts = countsOf(stage, name);
      if (counts === null) continue;
      findings.counts();
      const work = workOf(ledger, user, name);
      for (const [table, { most, why }] of Object.entries(boundsOf(work))) {
        const count = counts[table as TableName];
        if (count > most) findings.found(`${name} keeps ${count} rows of ${table}, more than ${most}: ${why}`);
      }
    }
    for (const user of new Set(devices.map((device) => device.user))) {
      const { applied, conflict, rejected } = await stage.server.verdicts(user);
      const most = 20 + 6 * workOf(ledger, user, '').all;
      if (applied + conflict + rejected > most)
        findings.found(`the server keeps ${applied + conflict + rejected} verdicts of ${user}, more than ${most}`);
    }
  },
};

interface Work {
  readonly own: number;
  readonly all: number;
  readonly rows: number;
}

function workOf(ledger: Facts['ledger'], user: string, device: string): Work {
  const writes = ledger.writes.filter((write) => write.user === user);
  const rows = ledger.rows().filter((row) => row.user === user).length;
  return { own: writes.filter(({ by }) => by === device).length, all: writes.length, rows };
}

/** How many rows a table may have at rest, and why no more. */
function boundsOf({ all, rows }: Work): Partial<Record<TableName, { readonly most: number; readonly why: string }>> {
  return {
    items: { most: 0, why: 'all is sent' },
    conflicts: { most: 0, why: 'all is decided' },
    // Devices of one user may have made the same row under an id each; the catalogue is not written by anybody.
    records: { most: 40 + 5 * rows, why: 'one for each row that anybody made' },
    aliases: { most: 5 * rows, why: 'one for each id that a row had elsewhere' },
    // A change has one entry; its decision, what took its place and its decision have theirs.
    journal: { most: 20 + 4 * all, why: 'one for each acknowledged change and decision' },
    log: { most: 40 + 8 * all, why: 'a few lines for each change that met another one' },
  };
}

function countsOf(stage: Facts['stage'], name: string): Readonly<Record<TableName, number>> | null {
  const copy = stage.devices.get(name)?.copyData();
  if (copy?.kind !== 'image') return null;
  const store = new MemoryStorage({ image: copy.image });
  const names = Object.keys(tables) as TableName[];
  return store.read((rows) => Object.fromEntries(names.map((table) => [table, rows.count(table)]))) as never;
}
