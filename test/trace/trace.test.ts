import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceHash } from '../../src/trace/hash.ts';
import { type TraceRecord, traceData, traceKinds } from '../../src/trace/record.ts';

const kinds = Object.keys(traceKinds) as (keyof typeof traceKinds)[];
const record: fc.Arbitrary<TraceRecord> = fc.record({
  kind: fc.constantFrom(...kinds),
  atMs: fc.nat(),
  lane: fc.string(),
  data: fc.dictionary(fc.string(), fc.jsonValue()).map((data) => traceData(data)),
});

function hashOf(records: readonly TraceRecord[]): string {
  const hash = new TraceHash();
  for (const one of records) hash.add(one);
  return hash.text;
}

describe('the hash of a trace', () => {
  it('depends on every record, its order and every value, and not on the order of keys', () => {
    const a: TraceRecord = { kind: 'step', atMs: 1, lane: 'phone', data: { x: 1, y: [2] } };
    const b: TraceRecord = { ...a, atMs: 2 };
    expect(hashOf([a, b])).toBe(hashOf([{ ...a, data: { y: [2], x: 1 } }, b]));
    const others = [
      [b, a],
      [a],
      [a, b, b],
      [a, { ...b, lane: 'tablet' }],
      [a, { ...b, data: { x: 1, y: [3] } }],
      [a, { ...b, kind: 'note' as const }],
    ];
    expect(new Set([hashOf([a, b]), ...others.map(hashOf)]).size).toBe(7);
  });

  it('changing one record of many changes it', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), fc.nat(), (records, pick) => {
        const at = pick % records.length;
        const changed = records.map((one, index) => (index === at ? { ...one, atMs: one.atMs + 1 } : one));
        return hashOf(records) !== hashOf(changed) && /^[0-9a-f]{16}$/.test(hashOf(records));
      }),
    );
  });
});
