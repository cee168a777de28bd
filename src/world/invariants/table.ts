import { allIsReceived } from './all-is-received.ts';
import { asksWhatClashes } from './asks-what-clashes.ts';
import { callsHaveCause } from './calls-have-cause.ts';
import { converged } from './converged.ts';
import { countersExact } from './counters-exact.ts';
import { countersInRange } from './counters-in-range.ts';
import { deadBlockNobody } from './dead-block-nobody.ts';
import { deletePolicyHolds } from './delete-policy-holds.ts';
import { deletesStay } from './deletes-stay.ts';
import { effectsOnce } from './effects-once.ts';
import { everyWriteAccounted } from './every-write-accounted.ts';
import { goneStaysGone } from './gone-stays-gone.ts';
import { groupsSeenWhole } from './groups-seen-whole.ts';
import { groupsWhole } from './groups-whole.ts';
import { historyIsWhatWasCommitted } from './history-is-what-was-committed.ts';
import type { Invariant } from './invariant.ts';
import { logOnlyGrows } from './log-only-grows.ts';
import { newsComesInTime } from './news-comes-in-time.ts';
import { noLostWrite } from './no-lost-write.ts';
import { noSelfConflict } from './no-self-conflict.ts';
import { noStepBack } from './no-step-back.ts';
import { nothingInvented } from './nothing-invented.ts';
import { oldEditsAreSent } from './old-edits-are-sent.ts';
import { ownWritesShown } from './own-writes-shown.ts';
import { pagesFollowOn } from './pages-follow-on.ts';
import { policyDecides } from './policy-decides.ts';
import { purgedStaysPurged } from './purged-stays-purged.ts';
import { queueDrains } from './queue-drains.ts';
import { noStorm, quietOffline } from './quiet-offline.ts';
import { redeliveryChangesNothing } from './redelivery-changes-nothing.ts';
import { refusalsAreTold } from './refusals-are-told.ts';
import { renewedOnce } from './renewed-once.ts';
import { restIsRest } from './rest-is-rest.ts';
import { restartKeepsAll } from './restart-keeps-all.ts';
import { restartKeepsOwnWrites } from './restart-keeps-own-writes.ts';
import { rowsLeaveInOrder } from './rows-leave-in-order.ts';
import { sentUnderOwnAccount } from './sent-under-own-account.ts';
import { setsKeep } from './sets-keep.ts';
import { storageIsSound } from './storage-is-sound.ts';
import { storesStaySmall } from './stores-stay-small.ts';
import { syncedIsTrue } from './synced-is-true.ts';
import { syncedWhenSettled } from './synced-when-settled.ts';
import { versionsRise } from './versions-rise.ts';
import { waitsAreKept } from './waits-are-kept.ts';
import { writesFollowReads } from './writes-follow-reads.ts';
import { writesSeenInOrder } from './writes-seen-in-order.ts';

/** Every invariant, in the order of reports. */
export const invariants: readonly Invariant[] = [
  converged,
  noLostWrite,
  everyWriteAccounted,
  policyDecides,
  asksWhatClashes,
  noSelfConflict,
  setsKeep,
  countersExact,
  effectsOnce,
  groupsWhole,
  nothingInvented,
  ownWritesShown,
  noStepBack,
  deletesStay,
  deletePolicyHolds,
  syncedIsTrue,
  queueDrains,
  quietOffline,
  noStorm,
  versionsRise,
  restartKeepsOwnWrites,
  restartKeepsAll,
  writesSeenInOrder,
  writesFollowReads,
  groupsSeenWhole,
  goneStaysGone,
  logOnlyGrows,
  countersInRange,
  rowsLeaveInOrder,
  waitsAreKept,
  refusalsAreTold,
  syncedWhenSettled,
  pagesFollowOn,
  allIsReceived,
  sentUnderOwnAccount,
  historyIsWhatWasCommitted,
  callsHaveCause,
  renewedOnce,
  purgedStaysPurged,
  oldEditsAreSent,
  newsComesInTime,
  storesStaySmall,
  storageIsSound,
  redeliveryChangesNothing,
  restIsRest,
  // Changes the world: nothing may be asked after it.
  deadBlockNobody,
];
