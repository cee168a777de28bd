import type { Item } from '../../../core/queue/item.ts';
import type { Status, Why } from '../../../core/sync/status.ts';
import { printable } from '../../cells.ts';
import { type Leaf, textAt } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withDevice } from '../../device-session.ts';
import { exit, notThere } from '../../exit.ts';
import { itemNamed } from '../../item-named.ts';
import { readSource } from '../../open-source.ts';
import { syncingProcess } from '../../syncing-process.ts';

/** `queue why`: the one cause why a change, or the device as a whole, is not settled, and what can be done. */
export const why: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .argument('[item]', 'id of the change, or its number in the queue (default: the whole device)'),
  examples: [
    ['queue why phone.db', 'why is this phone not synced?'],
    ['queue why phone.db 3', 'why is change 3 still here?'],
  ],
  run: async (invocation) => {
    const [file, name] = [textAt(invocation, 0), invocation.args[1] as string | undefined];
    const item = name === undefined ? null : readSource(file, (rows) => itemNamed(rows, name));
    if (item === undefined) throw notThere(`${file} has no queue item ${name}`, `see: guras-sync queue list ${file}`);
    const reason = await withDevice({ file, command: 'queue why', readonly: true }, async (device) => {
      const told = await device.why(item?.id ?? null);
      return told ?? stillCause(await device.status(), { file, item });
    });
    const subject = item === null ? file : `${item.entityType}/${item.entityId}, ${item.action} ${item.place}`;
    invocation.output.result({ item: item?.id ?? null, why: reason }, () =>
      reason === null
        ? [printable(`${subject}: nothing waits`)]
        : [printable(`${subject}: ${reason.because}`), printable(`  ${reason.remedy} (${reason.code})`)],
    );
    return exit.ok;
  },
};

/** Why it is not settled when nothing hinders the device: a person must decide, or another process is at it, or none is. */
function stillCause(
  { synced, items, conflicts }: Status,
  { file, item }: { readonly file: string; readonly item: Item | null },
): Why | null {
  if (synced && item === null) return null;
  const total = Object.values(items).reduce((sum, count) => sum + count, 0);
  if (item === null && conflicts > 0 && items.conflict === total) {
    const because = `a person must decide ${counted(conflicts, 'conflict')}`;
    return { code: 'conflict_open', because, remedy: `see: guras-sync conflicts list ${file}` };
  }
  const holder = syncingProcess(file);
  if (holder !== null) {
    return { code: 'syncing', because: `${holder} syncs it`, remedy: 'it says what it does and what it waits for' };
  }
  const remedy = `sync it: guras-sync device sync ${file} --server URL`;
  return { code: 'not_syncing', because: 'no process syncs this device now', remedy };
}
