import type { Item } from '../../../core/queue/item.ts';
import type { Status, Why } from '../../../core/sync/status.ts';
import { printable } from '../../cells.ts';
import { type Leaf, textAt } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { exit, notThere } from '../../exit.ts';
import { itemNamed } from '../../item-named.ts';
import { readSource } from '../../open-source.ts';

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
      return told ?? notSynced(await device.status(), { file, item });
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

/** Nothing holds it back but that nobody syncs the device: this process has only looked. */
function notSynced(
  { synced }: Status,
  { file, item }: { readonly file: string; readonly item: Item | null },
): Why | null {
  if (synced && item === null) return null;
  const remedy = `sync it: guras-sync device sync ${file} --server URL`;
  return { code: 'not_syncing', because: 'no process syncs this device now', remedy };
}
