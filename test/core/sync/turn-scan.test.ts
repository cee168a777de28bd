import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MemoryStorage, openMemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import { defaultLimits } from '../../../src/core/limits.ts';
import { gurasRegistry } from '../../../src/core/model/entities/registry.ts';
import type { Item, ItemState } from '../../../src/core/queue/item.ts';
import type { Scan, Write } from '../../../src/core/sync/rows.ts';
import { initialState } from '../../../src/core/sync/state.ts';
import { Turn } from '../../../src/core/sync/turn.ts';
import { anItem } from '../../contract/storage-rows.ts';

const state = fc.constantFrom<ItemState>('pending', 'inFlight', 'waiting');
const place = fc.nat(12);
const anyItem = fc
  .record({ id: fc.nat(15), place, state, parents: fc.uniqueArray(fc.constantFrom('a/1', 'b/1'), { maxLength: 2 }) })
  .map(({ id, ...parts }) => anItem(`c${id}`, id, parts));
const write = fc.oneof(
  anyItem.map((item): Write => ({ table: 'items', put: item })),
  fc.nat(15).map((id): Write => ({ table: 'items', remove: [`c${id}`] })),
);
const bounds = fc.record({ reverse: fc.boolean(), limit: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] });
const range = fc.oneof(
  fc.constant<Scan>({}),
  fc.record(
    { index: fc.constant('byState'), after: fc.tuple(state, place, fc.constant('c1')) },
    { requiredKeys: ['index'] },
  ),
  state.chain((name) =>
    fc.record(
      { index: fc.constant('byState'), prefix: fc.constant([name]), after: fc.tuple(fc.constant(name), place) },
      { requiredKeys: ['index', 'prefix'] },
    ),
  ),
  fc.constantFrom<Scan>({ index: 'byParent', prefix: ['a/1'] }, { index: 'byParent', prefix: ['b/1'] }),
);

function itemsIn(writes: readonly Write[]): MemoryStorage {
  const storage = openMemoryStorage();
  storage.transact(() => ({ commit: writes, value: null }));
  return storage;
}

describe('a scan within a step', () => {
  it('gives what the store will give once the writes of the step are durable', () => {
    fc.assert(
      fc.property(
        fc.array(anyItem, { maxLength: 20 }),
        fc.array(write, { maxLength: 12 }),
        fc.record({ range, bounds }),
        (stored, writes, asked) => {
          const scan: Scan = { ...asked.range, ...asked.bounds };
          const before = stored.map((item): Write => ({ table: 'items', put: item }));
          const expected = itemsIn([...before, ...writes]).read((rows) => rows.scan('items', scan));
          const found = itemsIn(before).read((rows) => {
            const setting = { registry: gurasRegistry, limits: defaultLimits };
            const turn = new Turn({ setting, state: initialState('x'), at: { wallMs: 0, monoMs: 0, boot: 'b' }, rows });
            for (const each of writes) {
              if ('put' in each) turn.put('items', each.put as Item);
              else turn.remove('items', each.remove);
            }
            return turn.scan('items', scan);
          });
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
