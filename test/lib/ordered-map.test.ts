import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from '../../src/lib/order.ts';
import { type OrderedKey, OrderedMap } from '../../src/lib/ordered-map.ts';

const key = fc.tuple(fc.constantFrom('a', 'b', 1), fc.nat({ max: 400 })) as fc.Arbitrary<OrderedKey>;
const steps = fc.array(fc.record({ keys: fc.array(key, { minLength: 50, maxLength: 200 }), removes: fc.boolean() }), {
  minLength: 2,
  maxLength: 8,
});

const startsWith = (one: OrderedKey, prefix: OrderedKey): boolean => prefix.every((part, at) => one[at] === part);

describe('an ordered map', () => {
  it('holds what a list that is sorted again each time holds, over many leaves', () => {
    fc.assert(
      fc.property(steps, key, (all, probe) => {
        const map = new OrderedMap<number>();
        const naive = new Map<string, { readonly key: OrderedKey; readonly value: number }>();
        const images: { readonly image: ReturnType<typeof map.image>; readonly values: number[] }[] = [];
        let value = 0;
        for (const { keys, removes } of all) {
          for (const one of keys) {
            const id = JSON.stringify(one);
            const old = naive.get(id)?.value;
            value += 1;
            if (removes) naive.delete(id);
            else naive.set(id, { key: one, value });
            expect(removes ? map.delete(one) : map.set(one, value)).toBe(old);
          }
          const sorted = [...naive.values()].sort((a, b) => compareKeys(a.key, b.key));
          const values = sorted.map((entry) => entry.value);
          const all = { prefix: [], after: null, reverse: false, limit: Number.POSITIVE_INFINITY };
          expect(map.size).toBe(naive.size);
          expect(map.range(all)).toEqual(values);
          expect(map.range({ ...all, reverse: true })).toEqual([...values].reverse());
          const prefix = probe.slice(0, 1);
          const within = sorted.filter((entry) => startsWith(entry.key, prefix));
          expect(map.count(prefix)).toBe(within.length);
          const behind = within.filter((entry) => compareKeys(entry.key, probe) > 0).map((entry) => entry.value);
          const before = within.filter((entry) => compareKeys(entry.key, probe) < 0).map((entry) => entry.value);
          expect(map.range({ ...all, prefix, after: { key: probe, side: 'past' } })).toEqual(behind);
          const reversed = map.range({
            ...all,
            prefix,
            after: { key: probe, side: 'first-of' },
            reverse: true,
            limit: 5,
          });
          expect(reversed).toEqual(before.reverse().slice(0, 5));
          expect(map.get(probe)).toBe(naive.get(JSON.stringify(probe))?.value);
          images.push({ image: map.image(), values });
        }
        for (const { image, values } of images) {
          map.restore(image);
          expect(map.range({ prefix: [], after: null, reverse: false, limit: 1e9 })).toEqual(values);
          map.set(['a', -1], 0);
        }
      }),
      { numRuns: 40 },
    );
  });
});
