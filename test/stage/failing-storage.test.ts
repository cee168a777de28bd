import { describe, expect, it } from 'vitest';
import { openMemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import type { LogEntry } from '../../src/core/sync/tables.ts';
import { FailingStorage, type StorageState } from '../../src/stage/failing-storage.ts';

function openFailing() {
  const store = openMemoryStorage();
  let state: StorageState = 'good';
  const failing = new FailingStorage(store, () => state);
  return {
    set: (next: StorageState) => {
      state = next;
    },
    put: (n: number) => failing.transact(() => ({ commit: [{ table: 'log', put: { n } as LogEntry }], value: n })),
    touch: () => failing.transact(() => ({ commit: [], value: 'nothing' })),
    entries: () => failing.read((rows) => rows.count('log')),
  };
}

describe('a store that takes no writes', () => {
  it.each(['full', 'busy'] as const)('says why, keeps nothing, and lets reads go on: %s', (state) => {
    const { set, put, entries } = openFailing();
    expect(put(1)).toBe(1);
    set(state);
    expect(() => put(2)).toThrow(expect.objectContaining({ code: state, hint: expect.stringContaining('retry') }));
    expect(entries()).toBe(1);
    set('good');
    expect(put(3)).toBe(3);
    expect(entries()).toBe(2);
  });

  it('takes a transaction without writes while it is full, and none while it is busy', () => {
    const { set, touch } = openFailing();
    set('full');
    expect(touch()).toBe('nothing');
    set('busy');
    expect(touch).toThrow(expect.objectContaining({ code: 'busy' }));
  });
});
