import { type TableName, tables } from './tables.ts';
import type { Turn } from './turn.ts';

const wiped: readonly TableName[] = ['records', 'items', 'conflicts', 'aliases', 'aside', 'journal', 'log'];

/** Takes all data of an erased user off the device, and remembers never to offer anything again. */
export function wipe(turn: Turn): void {
  for (const table of wiped) {
    const { key } = tables[table] as { readonly key: (row: unknown) => readonly (string | number)[] };
    for (const row of turn.scan(table)) turn.remove(table, key(row));
  }
  turn.setMeta('device', { ...turn.meta('device'), erased: true });
  turn.update({ families: [], batches: [], pull: null });
  turn.tell({ kind: 'status' });
}
