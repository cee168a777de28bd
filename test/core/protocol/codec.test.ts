import { describe, expect, it } from 'vitest';
import { decodePull, decodePush } from '../../../src/core/protocol/codec.ts';

const row = {
  entityType: 'notes',
  entityId: 'n1',
  part: 'user',
  version: 1,
  deleted: false,
  data: { title: null, ['__proto__']: null },
  stamps: {},
  updatedAt: 1,
  origin: { deviceId: 'phone', changeId: 'c' },
};
const bare = { id: 'c', status: 'applied' };
const full = { ...bare, first: null, version: null, row: null, problem: null };

describe('an optional member that is written out as null', () => {
  it('is absent, in verdicts, rows and problems; values of rows stay as they came', () => {
    const body = {
      epoch: 'e',
      serverTime: 1,
      results: [full, { ...full, problem: { code: 'x', title: null, limit: null } }],
    };
    expect(decodePush(body)).toEqual({
      ok: true,
      value: { ...body, results: [bare, { ...bare, problem: { code: 'x' } }] },
    });
    const page = { epoch: 'e', cursor: 'c', hasMore: false, serverTime: 1 };
    const pulled = decodePull({ ...page, changes: [{ ...row, fieldVersions: null }], settled: [{ ...full, row }] });
    expect(pulled).toEqual({ ok: true, value: { ...page, changes: [row], settled: [{ ...bare, row }] } });
    expect(JSON.stringify(pulled)).toContain('"__proto__":null');
  });

  it('excuses nothing else: a required member that is null is a failure', () => {
    expect(decodePush({ epoch: null, serverTime: 1, results: [] })).toMatchObject({ ok: false });
    expect(decodePush({ epoch: 'e', serverTime: 1, results: [{ ...full, status: null }] })).toMatchObject({
      ok: false,
    });
  });
});
