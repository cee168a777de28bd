import type { ChangeId } from '../ids.ts';
import type { Problem } from '../protocol/messages.ts';
import type { RunKind } from './event.ts';

/** A sync that was asked for and is not finished. The first of the list is under way. */
export interface Run {
  readonly kind: RunKind;
  /** Entity types it is limited to; null for all. */
  readonly types: readonly string[] | null;
  /** Who gets told how it ended. */
  readonly requestIds: readonly string[];
  readonly pullWanted: boolean;
  readonly pushWanted: boolean;
  readonly pushed: number;
  readonly pulled: number;
  /** Failed rounds in a row. */
  readonly failures: number;
}

/** A pull on the wire. What it began with is of its first page. */
export interface PullRound {
  readonly callId: string;
  readonly types: readonly string[] | null;
  /** The full resync it belongs to; null for a pull that goes on from the cursor. */
  readonly resync: number | null;
  /** Acknowledgements when it began, and device wall time. */
  readonly beganAcks: number;
  readonly beganWallMs: number;
  /** Acknowledged changes asked about in it, and where the next ones begin; null when these are the last. */
  readonly askedJournal: readonly ChangeId[];
  readonly journalNext: readonly (string | number)[] | null;
  /** The place up to which it asks about what earlier lives left, while more of that is to be asked about; null for other pulls. */
  readonly olderNext: number | null;
}

/** Items handed over together; halves of a refused batch share the family. */
export interface Batch {
  readonly callId: string;
  readonly kind: 'push' | 'resolve';
  /** Change ids, for a resolve as for a push. */
  readonly ids: readonly ChangeId[];
  readonly family: string;
  readonly bytes: number;
}

/** A batch that was refused as a whole and is being halved. */
export interface Family {
  readonly name: string;
  readonly kind: 'push' | 'resolve';
  /** Parts still to be sent alone, first to last. */
  readonly parts: readonly (readonly ChangeId[])[];
  /** Whether an item of the family got a verdict: then an item that fails alone is to blame. */
  readonly verdictSeen: boolean;
  /** Items that failed alone before any other got a verdict. */
  readonly suspects: readonly Suspect[];
}

/** An item that was refused alone by an HTTP answer. */
export interface Suspect {
  readonly ids: readonly ChangeId[];
  readonly problem: Problem;
}

/** What the server last said against a whole request, for people. */
export interface RefusedCall {
  readonly status: number;
  readonly problem: Problem;
}

/** The device waits this long before it talks again. */
export interface Backoff {
  readonly untilMonoMs: number;
  /** Until then the server itself asked not to be called: no trigger ends the wait before. */
  readonly floorMonoMs: number;
  readonly reason: string;
}

/** Everything the engine holds in memory for one life. Plain data: it can be copied, printed and compared. */
export interface State {
  readonly life: number;
  /** The number that the first change of this life gets; null before it took the lease. */
  readonly firstSeq: number | null;
  /**
   * Up to which place this life has asked about changes of earlier lives that say they were never sent; null once it has asked
   * about all.
   */
  readonly olderFrom: number | null;
  /** Seed and number of draws so far of this life's randomness. */
  readonly seed: string;
  readonly draws: number;
  readonly calls: number;
  /** Whether this life may send: it holds the lease. */
  readonly leased: boolean;
  readonly holder: string;
  /** The lease another life holds, as last seen, for judging whether it is dead. */
  readonly seenLease: { readonly life: number; readonly beat: number; readonly monoMs: number } | null;
  /** Whether other processes may open the store: then the lease needs a heartbeat. */
  readonly exclusive: boolean;
  /** Whether the device syncs on its own. */
  readonly automatic: boolean;
  readonly online: boolean;
  readonly needsAuth: boolean;
  readonly updateRequired: boolean;
  readonly runs: readonly Run[];
  readonly pull: PullRound | null;
  /** What the pull under way began with: acknowledgements so far and device wall time. */
  readonly pullBegan: { readonly acks: number; readonly wallMs: number } | null;
  readonly batches: readonly Batch[];
  readonly families: readonly Family[];
  readonly backoff: Backoff | null;
  /** A pull was refused: the push gets its turn before the next one. */
  readonly pullRefused: boolean;
  /** Rounds that failed since the last answer. */
  readonly failures: number;
  /** Answers so far in this life. */
  readonly answers: number;
  /** Failures of batches by first id, counted only where other calls were answered in between. */
  readonly batchFailures: Readonly<Record<string, { readonly count: number; readonly answers: number }>>;
  /** Items that wait for their own time, monotonic ms. */
  readonly holds: Readonly<Record<string, { readonly untilMonoMs: number; readonly tries: number }>>;
  /** Bytes per batch learned from 413; null for the default. */
  readonly bytesLearned: number | null;
  /** Rows per page learned from answers that did not come in time; null for the default. */
  readonly pageRowsLearned: number | null;
  readonly toldFailed: boolean;
  readonly refusedCall: RefusedCall | null;
  /** Ids of acknowledged changes still to be asked for after the server's epoch changed: position in the journal. */
  readonly journalAsked: readonly (string | number)[] | null;
}

/** The state that a life begins with, before its first event. `seed`: 128 bits in hex, given by the caller. */
export function initialState(seed: string): State {
  return {
    life: 0,
    firstSeq: null,
    olderFrom: 0,
    seed,
    draws: 0,
    calls: 0,
    leased: false,
    holder: '',
    seenLease: null,
    exclusive: false,
    automatic: false,
    online: true,
    needsAuth: false,
    updateRequired: false,
    runs: [],
    pull: null,
    pullBegan: null,
    batches: [],
    families: [],
    backoff: null,
    pullRefused: false,
    failures: 0,
    answers: 0,
    batchFailures: {},
    holds: {},
    bytesLearned: null,
    pageRowsLearned: null,
    toldFailed: false,
    refusedCall: null,
    journalAsked: null,
  };
}
