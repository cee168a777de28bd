import type { EntityKey } from '../core/ids.ts';
import type { Limits } from '../core/limits.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Edit } from '../engine/device.ts';
import type { Flavour } from '../server/http/app.ts';
import type { RegistryName } from '../stage/registries.ts';
import type { ServerWriteOutcome, StageRow, StageVersion, VerdictCounts } from '../stage/server.ts';
import type { FixtureRow } from '../stage/stage.ts';

/** The server's clock: base plus scaled monotonic time of the machine, plus what it was moved and set apart by. */
export interface HostedClock {
  /** Wall time at the start of the story, ms. */
  readonly startedWallMs: number;
  /** The machine's monotonic clock then, ms. */
  readonly startedAt: number;
  readonly speed: number;
  readonly movedMs: number;
  readonly offsetMs: number;
}

/** Where a hosted server keeps its data: `path` is a file, or `:memory:`. */
export type HostedStore =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** How a hosted server begins. */
export interface HostedSetup {
  readonly store: HostedStore;
  /** Signs the tokens that it takes. */
  readonly secret: string;
  readonly clock: HostedClock;
  readonly registry: RegistryName;
  readonly flavour: Flavour;
  readonly limits: Partial<Limits>;
  readonly fixtures: readonly (readonly [user: string, rows: readonly FixtureRow[]])[];
}

/** What a stage may ask of its server in the other process: arguments and answer of each. All are plain data. */
export interface HostedCalls {
  /** Opens the store and listens; gives the address. */
  open: { readonly asks: HostedSetup; readonly gives: string };
  /** Stops listening and cuts all connections; the store stays. */
  stop: { readonly asks: null; readonly gives: null };
  /** Listens again; gives the address, which may be another one. */
  listen: { readonly asks: null; readonly gives: string };
  setClock: { readonly asks: HostedClock; readonly gives: null };
  row: { readonly asks: { readonly user: string; readonly key: EntityKey }; readonly gives: StageRow | null };
  rows: { readonly asks: { readonly user: string; readonly entityType: string }; readonly gives: readonly StageRow[] };
  effects: {
    readonly asks: { readonly user: string; readonly changeIds: readonly string[] };
    readonly gives: readonly (readonly [changeId: string, count: number])[];
  };
  history: {
    readonly asks: { readonly user: string; readonly key: EntityKey };
    readonly gives: readonly StageVersion[];
  };
  verdicts: { readonly asks: { readonly user: string }; readonly gives: VerdictCounts };
  digest: {
    readonly asks: { readonly user: string };
    readonly gives: Readonly<Record<string, { readonly count: number; readonly hash: string }>>;
  };
  write: { readonly asks: { readonly user: string; readonly edit: Edit }; readonly gives: ServerWriteOutcome };
  purge: { readonly asks: { readonly olderThanMs: number }; readonly gives: null };
  raiseEpoch: { readonly asks: null; readonly gives: null };
  requireSchema: { readonly asks: { readonly schemaVersionMin: number }; readonly gives: null };
  forgetResults: { readonly asks: null; readonly gives: null };
  /** Answers reads from the data of now, or from the state of that name; gives its name where other servers can use it. */
  lag: { readonly asks: { readonly state: string | null }; readonly gives: string | null };
  catchUp: { readonly asks: null; readonly gives: null };
  backup: { readonly asks: null; readonly gives: null };
  /** False when there is no backup. It must not listen. */
  restore: { readonly asks: null; readonly gives: boolean };
  /** Ends the server and frees its store. */
  close: { readonly asks: null; readonly gives: null };
}

/** Name of something that can be asked. */
export type HostedCallName = keyof HostedCalls;

/** A question to one of the servers in the other process. */
export interface Question {
  readonly n: number;
  readonly server: number;
  readonly name: HostedCallName;
  readonly asks: unknown;
}

/** One call that a hosted server answered over HTTP. */
export interface ServedCall {
  readonly call: CallName;
  readonly deviceId: string;
  readonly status: number;
  /** Bodies of pushes and resolves that were answered with 200; null for others. */
  readonly bodies: { readonly asked: unknown; readonly answered: unknown } | null;
}

/** What the other process says: the answer to a question, its failure, or what a server has served. */
export type HostMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'gives'; readonly n: number; readonly gives: unknown }
  | { readonly kind: 'fails'; readonly n: number; readonly message: string }
  | { readonly kind: 'served'; readonly server: number; readonly served: ServedCall };
