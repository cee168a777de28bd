import { MemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import type { Write } from '../../src/core/sync/rows.ts';
import { policyRegistry } from '../../src/stage/policies.ts';
import type { Facts } from '../../src/world/facts.ts';
import { Ledger } from '../../src/world/ledger.ts';

/** The facts of a run in which nothing was written, and the phone keeps so many entries in its log. */
export function factsOfLog(count: number): Facts {
  const store = new MemoryStorage({});
  const commit = Array.from({ length: count }, (_, n): Write => ({ table: 'log', put: { n: n + 1 } as never }));
  store.transact(() => ({ commit, value: null }));
  return factsOfDevices([{ name: 'phone', copyData: () => ({ kind: 'image', image: store.snapshot() }) }]);
}

/** The facts of a run in which the phone's indexes do or do not fit its rows. */
export function factsOfIndexes(areWhole: boolean): Facts {
  const store = new MemoryStorage({});
  const empty = store.snapshot();
  const put = { id: 'a', ackedAt: 1, lost: false } as never;
  store.transact(() => ({ commit: [{ table: 'journal', put }], value: null }));
  const image = store.snapshot();
  const data = areWhole ? image : { ...image, journal: { ...image.journal, indexes: empty.journal.indexes } };
  return factsOfDevices([{ name: 'phone', copyData: () => ({ kind: 'image', image: data }) }]);
}

/** The facts of a run with three devices, of which the others exchange edits, or do not, once one is dead. */
export function factsOfThree(goOn: boolean): Facts {
  const rows = new Set<string>();
  const names = ['phone', 'tablet', 'laptop'];
  let isDead = false;
  return factsOfDevices(
    names.map((name) => ({
      name,
      requests: () => ({ push: rows.size }),
      kill: () => {
        isDead = true;
      },
      engine: () => ({
        write: ({ entityId }: { readonly entityId: string }) => {
          if (!isDead || goOn) rows.add(entityId);
        },
        queue: () => [],
        get: (_: string, entityId: string) => (rows.has(entityId) ? {} : null),
        syncAll: () => Promise.resolve({ ok: true }),
      }),
    })),
  );
}

function factsOfDevices(devices: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[]): Facts {
  const stage = {
    abilities: new Set(['copy-data']),
    devices: new Map(devices.map((device) => [device.name, device])),
    server: { verdicts: () => ({ applied: 0, conflict: 0, rejected: 0 }) },
    runUntil: async (condition: () => unknown) => condition(),
  };
  const facts = {
    ledger: new Ledger(policyRegistry),
    stage,
    devices: devices.map(({ name }) => ({ name, user: 'ana', rows: [] })),
    server: new Map(),
    effects: new Map(),
  };
  return facts as unknown as Facts;
}
