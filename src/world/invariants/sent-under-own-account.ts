import { changesIn, resolutionsIn } from '../wire.ts';
import type { Findings, Invariant, World } from './invariant.ts';

/** Accounts stay apart on the wire: whoever is signed in sends nothing that another one wrote. */
export const sentUnderOwnAccount: Invariant = {
  name: 'sent-under-own-account',
  claim: 'No change is sent under the account of somebody who did not write it.',
  heeds: {
    call: ({ lane, data }, world, findings) => {
      for (const { id } of changesIn(data)) check(id, lane, { world, findings });
      for (const { changeId } of resolutionsIn(data)) check(changeId, lane, { world, findings });
    },
  },
};

function check(
  id: string,
  device: string,
  { world, findings }: { readonly world: World; readonly findings: Findings },
): void {
  const user = world.stage.devices.get(device)?.user;
  const [write] = world.ledger.writesIn(id);
  if (write === undefined || user === undefined) return;
  findings.counts();
  if (write.user !== user)
    findings.found(`${device} sends change ${id} of ${write.user} (${write.entityType}/${write.row}) as ${user}`);
}
