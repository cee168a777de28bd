import { describe, expect, it } from 'vitest';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { knewOf } from '../../src/world/knew-of.ts';
import { Ledger } from '../../src/world/ledger.ts';
import { write } from './bad-histories.ts';

const entityType = 'programProgress';

describe('a delete', () => {
  it('knows of what its device showed', () => {
    const ledger = new Ledger(gurasRegistry);
    const made = ledger.add(write({ entityType, by: 'laptop', action: 'create', set: { notes: 'mine' } }));
    const deletion = ledger.add(write({ entityType, action: 'delete', seen: { notes: 'mine' } }));
    expect(knewOf(ledger, deletion, made)).toBe(true);
  });

  it('knows of no write that came after it', () => {
    const ledger = new Ledger(gurasRegistry);
    const deletion = ledger.add(write({ entityType, action: 'delete', seen: { notes: 'mine' } }));
    const made = ledger.add(write({ entityType, by: 'laptop', action: 'create', set: { notes: 'mine' } }));
    expect(knewOf(ledger, deletion, made)).toBe(false);
  });

  it('is not told by a reference what was written: that follows the row it names', () => {
    const ledger = new Ledger(gurasRegistry);
    const made = ledger.add(write({ entityType, by: 'laptop', action: 'create', set: { enrolmentId: 'n0-laptop' } }));
    const deletion = ledger.add(write({ entityType, action: 'delete', seen: { enrolmentId: 'n0-laptop' } }));
    expect(knewOf(ledger, deletion, made)).toBe(false);
  });
});
