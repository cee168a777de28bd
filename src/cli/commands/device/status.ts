import { type Leaf, textAt } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { exit } from '../../exit.ts';
import { attentionLines, statusPairs } from '../../status-lines.ts';
import { syncingProcess } from '../../syncing-process.ts';

/** `device status`: what the device holds, what it is doing, and what it waits for. */
export const status: Leaf = {
  shape: (command) => command.argument('<file>', 'the device'),
  examples: [
    ['device status phone.db', 'prints queue, conflicts and last sync'],
    ['device status phone.db --json', 'the same for a script'],
  ],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const now = await withDevice({ file, command: 'device status', readonly: true }, (device) => device.status());
    const syncedBy = syncingProcess(file);
    const { output } = invocation;
    output.result({ ...now, syncedBy }, () => {
      const pairs = [...statusPairs(now), ['synced by', syncedBy ?? ''] as const].filter(([, value]) => value !== '');
      const widest = Math.max(...pairs.map(([name]) => name.length));
      return [...pairs.map(([name, value]) => `${name.padEnd(widest)}  ${value}`), ...attentionLines(now, file)];
    });
    return exit.ok;
  },
};
