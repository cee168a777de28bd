const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Every bound and default of the engine and the server, in one place. Times in ms, sizes in bytes. */
export interface Limits {
  /** Changes in one push or resolutions in one resolve, 1 or more. */
  readonly batchCount: number;
  /** JSON bytes of the changes of one push or resolve. */
  readonly batchBytes: number;
  /** Push or resolve requests on the wire at once; they share no entity and no dependency. */
  readonly batchesInFlight: number;
  /** Rows asked for per pull page (soft: a page ends only between numbers). */
  readonly pageRows: number;
  /** Ids asked for in `unsettled` of one pull. */
  readonly unsettledAsked: number;
  /** Time between pulls when nothing else asks for one. */
  readonly pollMs: number;
  /** Intents at most this far apart count as simultaneous: the server's value wins. */
  readonly simultaneityMs: number;
  /** Stamps further ahead of the server are replaced by server time. */
  readonly clockLeadMs: number;
  /** How long the server keeps tombstones; a cursor below the newest forgotten one is refused. */
  readonly tombstoneMs: number;
  /** How long the device keeps bodies of acknowledged changes, for a server that lost them. */
  readonly journalMs: number;
  /** Entries that the device's log keeps: the newest ones. */
  readonly logEntries: number;
  /** A device not seen for this long is forgotten by the server. */
  readonly deviceForgottenMs: number;
  /** Charged tries of an item before it counts as failed. */
  readonly maxRetries: number;
  /** Backoff before the first retry; doubles up to `backoffMaxMs`, with full jitter. */
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** Failed items and failed devices are tried again this often without any other trigger. */
  readonly probeMs: number;
  /** Spread of the first request after coming online, so that many devices do not arrive at once. */
  readonly onlineJitterMs: number;
  /** A request without an answer for this long is a failure of the transport. */
  readonly requestTimeoutMs: number;
  /** Heartbeat of the lease, and how long it must stand still for an observer to call it dead. */
  readonly leaseBeatMs: number;
  readonly leaseDeadMs: number;
  /** Largest JSON of one row's data that a local write may make. */
  readonly rowBytes: number;
  /** Deepest nesting of a value. */
  readonly depth: number;
  /** Largest request body the server reads. */
  readonly bodyBytes: number;
}

/** The defaults: the goals that `docs/performance.md` lists; where those are silent, values chosen for phones. */
export const defaultLimits: Limits = {
  batchCount: 1_000,
  batchBytes: 1_000_000,
  batchesInFlight: 2,
  pageRows: 1_000,
  unsettledAsked: 1_000,
  pollMs: MINUTE,
  simultaneityMs: SECOND,
  clockLeadMs: 5 * MINUTE,
  tombstoneMs: 30 * DAY,
  journalMs: 30 * DAY,
  logEntries: 100_000,
  deviceForgottenMs: 180 * DAY,
  maxRetries: 3,
  backoffBaseMs: SECOND,
  backoffMaxMs: 30 * SECOND,
  probeMs: 5 * MINUTE,
  onlineJitterMs: 2 * SECOND,
  requestTimeoutMs: 30 * SECOND,
  leaseBeatMs: 2 * SECOND,
  leaseDeadMs: 10 * SECOND,
  rowBytes: 1_000_000,
  depth: 64,
  bodyBytes: 4 * 1024 * 1024,
};
