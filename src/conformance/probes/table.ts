import type { Probe } from '../probe.ts';
import { accounts } from './accounts.ts';
import { addresses } from './addresses.ts';
import { answers } from './answers.ts';
import { bodies } from './bodies.ts';
import { bodyLimits } from './body-limits.ts';
import { catalogue } from './catalogue.ts';
import { clashes } from './clashes.ts';
import { clocks } from './clocks.ts';
import { credentials } from './credentials.ts';
import { cursors } from './cursors.ts';
import { deletes } from './deletes.ts';
import { digests } from './digests.ts';
import { epochs } from './epochs.ts';
import { groups } from './groups.ts';
import { history } from './history.ts';
import { hostileValues } from './hostile-values.ts';
import { increments } from './increments.ts';
import { lateCommits } from './late-commits.ts';
import { lives } from './lives.ts';
import { naturalKeys } from './natural-keys.ts';
import { otherUsers } from './other-users.ts';
import { paging } from './paging.ts';
import { refusals } from './refusals.ts';
import { repeats } from './repeats.ts';
import { resolutions } from './resolutions.ts';
import { serverChanges } from './server-changes.ts';
import { waiting } from './waiting.ts';
import { withdrawals } from './withdrawals.ts';

/** Every probe, in the order in which they are run and listed. Those that change the server for all its users come last. */
export const probes: readonly Probe[] = [
  ...answers,
  ...lateCommits,
  ...paging,
  ...cursors,
  ...repeats,
  ...lives,
  ...epochs,
  ...clashes,
  ...deletes,
  ...increments,
  ...naturalKeys,
  ...groups,
  ...waiting,
  ...refusals,
  ...resolutions,
  ...withdrawals,
  ...catalogue,
  ...clocks,
  ...digests,
  ...history,
  ...otherUsers,
  ...credentials,
  ...addresses,
  ...bodies,
  ...bodyLimits,
  ...hostileValues,
  ...accounts,
  ...serverChanges,
];
