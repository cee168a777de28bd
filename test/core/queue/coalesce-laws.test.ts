import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typeNamed } from '../../../src/core/model/registry.ts';
import { coalesce } from '../../../src/core/queue/coalesce.ts';
import { applyEffect } from '../../../src/core/queue/effect.ts';
import type { Item } from '../../../src/core/queue/item.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';
import { item } from './sample-item.ts';

const type = typeNamed(policyRegistry, 'single');

/** What a person does to one row; what makes no sense as the row stands is left out. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), value: fc.constantFrom('a', 'b'), other: fc.constantFrom('p', 'q') }),
  fc.record({ kind: fc.constant('set' as const), value: fc.constantFrom('c', 'd') }),
  fc.record({ kind: fc.constant('add' as const), by: fc.integer({ min: -2, max: 3 }) }),
  fc.record({ kind: fc.constant('delete' as const) }),
  fc.record({ kind: fc.constant('create' as const), value: fc.constantFrom('e', 'f') }),
);
type Act = typeof act extends fc.Arbitrary<infer Each> ? Each : never;

/** The edit that an act comes to on a row that exists or not; null for one that makes no sense. */
function editOf(done: Act, seq: number, exists: boolean): Item | null {
  if (exists !== (done.kind !== 'create')) return null;
  if (done.kind === 'delete') return item(seq, { action: 'DELETE', data: null });
  if (done.kind === 'add') return item(seq, { data: null, increments: { total: done.by } });
  if (done.kind === 'create') return item(seq, { action: 'CREATE', data: { value: done.value, other: null } });
  const { kind: _kind, ...data } = done;
  return item(seq, { data });
}

interface Day {
  readonly base: JsonObject | null;
  /** The edits as they were made. */
  readonly edits: readonly Item[];
  /** The queue that they make. */
  readonly queue: readonly Item[];
  /** Ids that cancelled each other. */
  readonly cancelled: readonly string[];
}

function play(base: JsonObject | null, acts: readonly Act[]): Day {
  const edits: Item[] = [];
  const cancelled: string[] = [];
  let queue: readonly Item[] = [];
  let row = base;
  for (const done of acts) {
    const next = editOf(done, edits.length + 1, row !== null);
    if (next === null) continue;
    edits.push(next);
    row = applyEffect(row, next, type);
    const last = queue.at(-1);
    const result =
      last === undefined
        ? { kind: 'apart' as const }
        : coalesce(last, next, { stands: base !== null || queue.length > 1 });
    if (result.kind === 'apart') queue = [...queue, next];
    else if (result.kind === 'joined') queue = queue.with(-1, result.item);
    else {
      queue = queue.slice(0, -1);
      cancelled.push(...[last?.id, next.id].filter((id) => id !== undefined));
    }
  }
  return { base, edits, queue, cancelled };
}

/** The row after these items, its counter apart: a row made anew keeps its sums on the server. */
function stateAfter(base: JsonObject | null, items: readonly Item[]): JsonObject | null {
  const row = items.reduce<JsonObject | null>((data, each) => applyEffect(data, each, type), base);
  return row === null ? null : { value: row.value ?? null, other: row.other ?? null };
}

const base = fc.constantFrom<JsonObject | null>(null, { value: 'x', other: 'y', total: 4 });
const day = fc.tuple(base, fc.array(act, { maxLength: 25 })).map(([start, acts]) => play(start, acts));

describe('coalescing', () => {
  it('keeps the final state of the row', () => {
    fc.assert(
      fc.property(day, ({ base: start, edits, queue }) => {
        expect(stateAfter(start, queue)).toEqual(stateAfter(start, edits));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every increment as an item of its own', () => {
    fc.assert(
      fc.property(day, ({ edits, queue }) => {
        const adding = (items: readonly Item[]) => items.filter(({ increments }) => increments !== null);
        expect(adding(queue)).toEqual(adding(edits));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the order of edits, and the ids and base of the first of each run', () => {
    fc.assert(
      fc.property(day, ({ edits, queue, cancelled }) => {
        const ids = queue.map(({ id }) => id);
        expect(edits.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
        expect(ids.some((id) => cancelled.includes(id))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves no two neighbours that could be one', () => {
    fc.assert(
      fc.property(day, ({ base: start, queue }) => {
        for (const [at, next] of queue.entries()) {
          const last = queue[at - 1];
          if (last !== undefined && next.increments === null && last.increments === null)
            expect(coalesce(last, next, { stands: start !== null }).kind).toBe('apart');
        }
      }),
      { numRuns: 500 },
    );
  });
});
