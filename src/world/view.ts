import type { Item } from '../core/queue/item.ts';
import type { Status } from '../core/sync/status.ts';
import type { LogEntry } from '../core/sync/tables.ts';
import type { Device } from '../engine/device.ts';
import { assert } from '../lib/assert.ts';
import type { Awaitable } from '../ports/storage.ts';
import type { StageDevice } from '../stage/device.ts';
import { type Ledger, type Look, rowKeyOf } from './ledger.ts';

/** Why a device is looked at as a whole. */
export type Occasion = 'killed' | 'started' | 'line cut' | 'rest';

/** Everything a device shows at one moment. */
export interface View {
  readonly device: string;
  readonly user: string;
  readonly occasion: Occasion;
  /** The rows of all types that were ever written, by `user type row`. */
  readonly rows: ReadonlyMap<string, Look>;
  readonly queue: readonly Item[];
  readonly log: readonly LogEntry[];
  readonly status: Status;
  /** After a restart: what it showed when it was killed; null when its data may have changed meanwhile. */
  readonly before: View | null;
}

/** What a device said of itself. */
export interface StatusSeen {
  readonly device: string;
  readonly user: string;
  readonly status: Status;
  /** Its log, read when asked for. */
  readonly log: () => readonly LogEntry[];
}

/** Looks at a device of a simulation, which answers at once. */
export function readView(
  engine: Device,
  of: {
    readonly device: StageDevice;
    readonly ledger: Ledger;
    readonly occasion: Occasion;
    readonly before: View | null;
  },
): View {
  const { ledger, occasion, before } = of;
  const { name: device, user } = of.device;
  const rows = new Map<string, Look>();
  for (const entityType of ledger.entityTypes()) {
    for (const { entityId, data } of atOnce(engine.query({ entityType }))) {
      const look = { device, user, entityType, row: ledger.nameOf(entityType, entityId, data), data };
      rows.set(rowKeyOf(look), look);
    }
  }
  const [queue, log, status] = [atOnce(engine.queue()), atOnce(engine.log()), atOnce(engine.status())];
  return { device, user, occasion, rows, queue, log, status, before };
}

/** What is there at once, as everything in a simulation is. */
export function atOnce<T>(value: Awaitable<T>): T {
  assert(!(value instanceof Promise), 'a simulated device answers at once');
  return value as T;
}
