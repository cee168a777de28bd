import { describe, expect, it } from 'vitest';
import { openMemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import type { LogEntry } from '../../src/core/sync/tables.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { AppDied, CrashCountdown, CrashingStorage, type CrashPoint } from '../../src/stage/crashing-storage.ts';

/** A memory store that answers later. */
function later(store: Storage): Storage {
  return { ...store, transact: async (work) => store.transact(work), read: (work) => store.read(work) };
}

function openCrashing(point: CrashPoint | null, wrap: (store: Storage) => Storage = (store) => store) {
  const store = openMemoryStorage();
  const deaths: number[] = [];
  const countdown = new CrashCountdown();
  countdown.set(point);
  const crash = { strikes: () => countdown.strikes(), die: () => deaths.push(entries()) };
  const entries = (): number => store.read((rows) => rows.count('log'));
  const crashing = new CrashingStorage(wrap(store), crash);
  const put = (n: number) =>
    crashing.transact(() => ({ commit: [{ table: 'log', put: { n } as LogEntry }], value: n }));
  return { crashing, put, entries, deaths };
}

describe('a store whose app is to die in a commit', () => {
  it('keeps nothing of it when the app dies before, and is done with dying when it throws', () => {
    const { put, entries, deaths } = openCrashing({ commit: 2, moment: 'before' });
    expect(put(1)).toBe(1);
    expect(() => put(2)).toThrow(AppDied);
    expect([entries(), deaths]).toEqual([1, [1]]);
  });

  it('keeps all of it when the app dies after', () => {
    const { put, entries, deaths } = openCrashing({ commit: 1, moment: 'after' });
    expect(() => put(1)).toThrow(AppDied);
    expect([entries(), deaths]).toEqual([1, [1]]);
    expect(put(2)).toBe(2);
  });

  it('dies in no transaction that writes nothing', () => {
    const { crashing, put } = openCrashing({ commit: 1, moment: 'before' });
    expect(crashing.transact(() => ({ commit: [], value: 'read' }))).toBe('read');
    expect(() => put(1)).toThrow(AppDied);
  });

  it.each(['before', 'after'] as const)('does the same on a store that answers later: %s', async (moment) => {
    const { put, entries, deaths } = openCrashing({ commit: 1, moment }, later);
    await expect(put(1)).rejects.toThrow(AppDied);
    expect([entries(), deaths.length]).toEqual([moment === 'after' ? 1 : 0, 1]);
  });

  it('passes every other error on, and lives', () => {
    const { crashing, deaths } = openCrashing(null);
    const fails = () =>
      crashing.transact(() => {
        throw new Error('a bug');
      });
    expect(fails).toThrow('a bug');
    expect(deaths).toEqual([]);
  });
});
