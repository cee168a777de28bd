import { defaultLimits } from '../../src/core/limits.ts';
import type { Item } from '../../src/core/queue/item.ts';
import type { Status } from '../../src/core/sync/status.ts';
import type { LogEntry } from '../../src/core/sync/tables.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { policyRegistry } from '../../src/stage/policies.ts';
import type { Stage } from '../../src/stage/stage.ts';
import type { TraceKind } from '../../src/trace/record.ts';
import type { Facts, HeldRow } from '../../src/world/facts.ts';
import type { Findings, Invariant, World } from '../../src/world/invariants/invariant.ts';
import { Ledger, type LedgerWrite, type Look, rowKeyOf } from '../../src/world/ledger.ts';
import type { Occasion, View } from '../../src/world/view.ts';
import { write } from './bad-histories.ts';

/** What a made-up device shows at one moment. */
export interface Shown {
  readonly device?: string;
  readonly user?: string;
  readonly occasion?: Occasion;
  readonly rows?: readonly Look[];
  readonly queue?: readonly Partial<Item>[];
  readonly log?: readonly Partial<LogEntry>[];
  readonly status?: Partial<Status>;
  readonly before?: View;
}

/** What a device says before it has done anything. */
const newDevice = {
  deviceId: 'phone',
  userId: 'ana',
  synced: false,
  lastSyncedAt: null,
  items: {},
  conflicts: 0,
  quarantined: 0,
  registered: false,
  epoch: null,
  cursor: null,
};

/** A row of ana as the phone shows it. */
export function look(entityType: string, data: JsonObject, also: Partial<Look> = {}): Look {
  return { device: 'phone', user: 'ana', entityType, row: 'r', data, ...also };
}

/** A device's view of everything. */
export function view({ device = 'phone', user = 'ana', occasion = 'started', rows = [], ...also }: Shown): View {
  const { queue = [], log = [], status = {}, before = null } = also;
  const keyed = new Map(rows.map((row) => [rowKeyOf(row), { ...row, device }]));
  return {
    device,
    user,
    occasion,
    rows: keyed,
    queue,
    log,
    status: { ...newDevice, ...status },
    before,
  } as unknown as View;
}

/** Plays made-up moments of a run to one invariant, and keeps what it says. */
export class Moments {
  readonly texts: string[] = [];
  readonly ledger = new Ledger(policyRegistry);
  applied = 0;
  online = true;
  user = 'ana';
  nowMs = 0;
  /** The versions of every row in the server's history. */
  history: readonly number[] = [];
  /** What the server holds at rest. */
  held: readonly HeldRow[] = [];
  /** What the phone has queued. */
  queue: readonly Partial<Item>[] = [];
  readonly #invariant: Invariant;
  readonly #findings: Findings = {
    found: (text) => this.texts.push(text),
    counts: () => {
      this.applied += 1;
    },
  };

  constructor(invariant: Invariant) {
    this.#invariant = invariant;
  }

  /** A device takes a write and shows this of its row then. */
  write(change: Partial<LedgerWrite> & Pick<LedgerWrite, 'entityType'>, shown: JsonObject | null = null): LedgerWrite {
    const noted = this.ledger.add(write({ atMs: this.nowMs, ...change }));
    const { by: device, user, entityType, row } = noted;
    const seen = shown === null ? null : { device, user, entityType, row, data: shown };
    this.#invariant.afterWrite?.(noted, { shown: seen, ledger: this.ledger }, this.#findings);
    return noted;
  }

  look(seen: Look): void {
    this.#invariant.atLook?.(seen, this.ledger, this.#findings);
  }

  /** A device is looked at as a whole, each of its rows first. */
  view(shown: Shown): View {
    const seen = view(shown);
    for (const row of seen.rows.values()) this.look(row);
    this.#invariant.atView?.(seen, this.#world(), this.#findings);
    return seen;
  }

  status(status: Partial<Status>, log: readonly Partial<LogEntry>[] = []): void {
    const whole = { ...newDevice, ...status };
    const seen = {
      device: 'phone',
      user: this.user,
      status: whole as unknown as Status,
      log: () => log as readonly LogEntry[],
    };
    this.#invariant.atStatus?.(seen, this.#world(), this.#findings);
  }

  /** The world comes to rest, with the phone running. */
  async rest(): Promise<void> {
    const { ledger } = this;
    const facts = {
      ledger,
      stage: this.#stage(),
      devices: [{ name: 'phone', user: this.user, rows: [] }],
      server: new Map([[this.user, this.held]]),
    };
    await this.#invariant.atRest?.(facts as unknown as Facts, this.#findings);
  }

  record(kind: TraceKind, data: JsonObject, lane = 'phone'): void {
    this.#invariant.heeds?.[kind]?.({ kind, atMs: this.nowMs, lane, data }, this.#world(), this.#findings);
  }

  #world(): World {
    return { ledger: this.ledger, stage: this.#stage(), limits: () => defaultLimits };
  }

  #stage(): Stage {
    const device = {
      name: 'phone',
      user: this.user,
      isOnline: () => this.online,
      isSuspended: () => false,
      lives: () => 1,
      renewals: () => 0,
      engine: () => ({ log: () => [], queue: () => this.queue, status: () => ({ ...newDevice, synced: true }) }),
    };
    const server = { isRunning: () => true, history: () => this.history.map((version) => ({ version })) };
    const stage = {
      kind: 'sim',
      server,
      devices: new Map([
        ['phone', device],
        ['tablet', { ...device, name: 'tablet' }],
      ]),
      clock: { nowMs: () => this.nowMs, startedWallMs: 0 },
    };
    return stage as unknown as Stage;
  }
}
