import { brandId, type ChangeId } from '../../../src/core/ids.ts';
import { type Item, unsent } from '../../../src/core/queue/item.ts';

/** An unsent update of one row, changed as a test needs it. `seq` names it: its id is `c<seq>`. */
export function item(seq: number, change: Partial<Item> = {}): Item {
  return {
    id: brandId<ChangeId>(`c${seq}`),
    seq,
    place: seq,
    entityType: 'latest',
    entityId: 'r',
    action: 'UPDATE',
    baseVersion: null,
    revives: false,
    data: { value: `v${seq}` },
    increments: null,
    intents: [{ fields: ['value'], at: { wallMs: seq, monoMs: seq, boot: 'b' }, after: null }],
    stamps: {},
    timestamp: seq,
    before: null,
    dependsOn: [],
    parents: [],
    group: null,
    groupSize: 0,
    ...unsent,
    ...change,
  };
}
