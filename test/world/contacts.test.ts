import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { TraceKind } from '../../src/trace/record.ts';
import { Contacts } from '../../src/world/contacts.ts';

const startedWallMs = 1_000_000;
const edit = { by: 'phone', atMs: 5_000, entityType: 'latest', entityId: 'r', field: 'value', value: 'one' };

/** What a phone lived through, told in order. */
function lived(clockMs: number, ...told: readonly (readonly [TraceKind, number, JsonObject])[]): Contacts {
  const contacts = new Contacts([{ name: 'phone', clockMs }]);
  contacts.began(startedWallMs);
  for (const [kind, atMs, data] of told) contacts.heed({ kind, lane: 'phone', atMs, data });
  return contacts;
}

function answer(atMs: number, travelledMs: number): readonly [TraceKind, number, JsonObject] {
  return ['answer', atMs, { outcome: { body: { serverTime: startedWallMs + atMs - travelledMs } } }];
}

function push(atMs: number, entityId = 'r'): readonly [TraceKind, number, JsonObject] {
  return ['call', atMs, { body: { changes: [{ entityType: 'latest', entityId, data: { value: 'one' } }] } }];
}

describe('the stamp of an edit', () => {
  it('is as good as the answers before it was sent', () => {
    expect(lived(0, answer(1_000, 40), answer(2_000, 20), push(6_000), answer(9_000, 3_000)).stampErrorOf(edit)).toBe(
      20,
    );
    expect(lived(0, answer(1_000, 40), answer(5_500, 700), push(6_000)).stampErrorOf(edit)).toBe(700);
  });

  it('is not known by the same value of another row, or of an earlier edit', () => {
    const others = [answer(1_000, 40), push(2_000), push(5_100, 'other'), answer(5_500, 700)] as const;
    expect(lived(0, ...others, push(6_000)).stampErrorOf(edit)).toBe(700);
    expect(lived(0, ...others).wasSent(edit)).toBe(false);
    expect(lived(0, ...others, push(6_000)).wasSent(edit)).toBe(true);
  });

  it('is known by the only row of that value, whatever id it was sent under', () => {
    expect(lived(0, answer(1_000, 40), push(6_000, 'alias'), answer(9_000, 3_000)).stampErrorOf(edit)).toBe(40);
  });

  it('says nothing when the clock stepped before the next contact', () => {
    const step = ['clock', 5_500, { offsetMs: 9_000 }] as const;
    expect(lived(0, answer(1_000, 40), step, push(6_000), answer(6_100, 30)).stampErrorOf(edit)).toBeNull();
    expect(lived(0, answer(1_000, 40), answer(5_200, 30), step, push(6_000)).stampErrorOf(edit)).toBe(40);
  });

  it('goes by the own clock before the first contact: one behind is late, one ahead tells nothing', () => {
    expect(lived(-3_000, push(6_000), answer(6_100, 30)).stampErrorOf(edit)).toBe(3_000);
    expect(lived(3_000, push(6_000), answer(6_100, 30)).stampErrorOf(edit)).toBeNull();
    expect(lived(3_000, answer(1_000, 40), push(6_000)).stampErrorOf(edit)).toBe(40);
  });
});

describe('a version', () => {
  it('is dated by the commit that the server told of', () => {
    const name = { entityType: 'latest', entityId: 'r', version: 3 };
    const contacts = lived(
      0,
      ['server-commit', 700, { ...name, changeId: 'of ana' }],
      ['server-commit', 900, { ...name, changeId: 'of ben' }],
    );
    expect(contacts.committedAt('of ana')).toBe(700);
    expect(contacts.committedAt('of nobody')).toBeUndefined();
  });
});
