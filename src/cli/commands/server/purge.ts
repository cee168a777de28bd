import { type PurgeLimits, purgeAsync } from '../../../server/upkeep.ts';
import type { Leaf } from '../../command.ts';
import { confirmed } from '../../confirmed.ts';
import { counted } from '../../counted.ts';
import { exit } from '../../exit.ts';
import { addRetentionOptions, retentionOf } from '../../operation-options.ts';
import { addStoreOption, withDesk } from '../../server-desk.ts';

/** `server purge`: what a server forgets by itself every minute, at once, or by other rules. */
export const purge: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    addRetentionOptions(command);
    command.option('--confirm <word>', '"purge", to go on without asking when times are given');
  },
  examples: [
    ['server purge --store sqlite:server.db', 'forgets by the rules of serve'],
    ['server purge --store sqlite:server.db --keep-history 90d --confirm purge', 'forgets versions older than 90 days'],
  ],
  run: async (invocation) => {
    const { historyMs, ...limits } = retentionOf(invocation);
    const rules: PurgeLimits = { ...limits, historyMs };
    const isOwn = historyMs !== null || Object.keys(limits).length > 0;
    if (isOwn) await confirmed({ about: 'what is older than that will be gone for good', word: 'purge' }, invocation);
    const purged = await withDesk(invocation, ({ store, nowMs }) => purgeAsync(store, nowMs, rules));
    const { tombstones, devices, results, history } = purged;
    invocation.output.result({ ...purged }, () => [
      `forgot ${counted(tombstones, 'deletion')}, ${counted(history, 'old version')}, ${counted(devices, 'device')} and ${counted(results, 'verdict')}`,
    ]);
    return exit.ok;
  },
};
