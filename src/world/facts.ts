import type { Item } from '../core/queue/item.ts';
import type { Status } from '../core/sync/status.ts';
import type { JsonObject } from '../lib/json.ts';
import type { StageVersion } from '../stage/server.ts';
import type { Stage } from '../stage/stage.ts';
import { type Ledger, type RowPlace, rowKeyOf } from './ledger.ts';

/** A row that somebody holds. */
export interface HeldRow {
  readonly entityType: string;
  readonly entityId: string;
  /** Its name over all devices, as in the ledger. */
  readonly row: string;
  readonly data: JsonObject;
}

/** What a device shows at the end. */
export interface DeviceFacts {
  readonly name: string;
  readonly user: string;
  readonly rows: readonly HeldRow[];
  readonly status: Status;
  readonly queue: readonly Item[];
}

/** Everything the invariants look at once the world is at rest. */
export interface Facts {
  readonly ledger: Ledger;
  readonly stage: Stage;
  readonly devices: readonly DeviceFacts[];
  /** The live rows of each user on the server. */
  readonly server: ReadonlyMap<string, readonly HeldRow[]>;
  /** How often each change of a user took effect on the server. */
  readonly effects: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The server's versions of each row that was written, by `user type row`, oldest first. */
  readonly histories: ReadonlyMap<string, readonly SeenVersion[]>;
}

/** One version of a row on the server, and when it was made. */
export interface SeenVersion extends StageVersion {
  /** Ms of the story; null when nobody was told. */
  readonly atMs: number | null;
}

/** What everybody holds at one moment. */
export type Held = Pick<Facts, 'ledger' | 'stage' | 'devices' | 'server'>;

/** The row of a place as the server holds it, if it is there. */
export function heldBy(server: Facts['server'], { user, entityType, row }: RowPlace): HeldRow | undefined {
  return server.get(user)?.find((one) => one.entityType === entityType && one.row === row);
}

/** Reads everything once. Devices that do not run are left out. */
export async function readFacts(stage: Stage, ledger: Ledger): Promise<Facts> {
  const held = await readHeld(stage, ledger);
  const effects = new Map<string, ReadonlyMap<string, number>>();
  for (const user of held.server.keys()) effects.set(user, await effectsOf(stage, ledger, user));
  return { ...held, effects, histories: await historiesOf(stage, ledger) };
}

/** Reads what everybody holds now. Devices that do not run are left out. */
export async function readHeld(stage: Stage, ledger: Ledger): Promise<Held> {
  const devices: DeviceFacts[] = [];
  for (const device of stage.devices.values()) {
    const engine = device.engine();
    if (engine === null) continue;
    const rows: HeldRow[] = [];
    for (const entityType of ledger.registry.types.keys()) {
      for (const row of await engine.query({ entityType })) rows.push(held(ledger, entityType, row));
    }
    const [status, queue] = [await engine.status(), await engine.queue()];
    devices.push({ name: device.name, user: device.user, rows, status, queue });
  }
  // Also those who wrote on a device that is somebody else's by now.
  const users = [...new Set([...[...stage.devices.values()], ...ledger.writes].map(({ user }) => user))];
  const server = new Map<string, readonly HeldRow[]>();
  for (const user of users) server.set(user, await serverRows(stage, ledger, user));
  return { ledger, stage, devices, server };
}

/** A row with a natural key may have stood under several ids: versions order them all. */
async function historiesOf(stage: Stage, ledger: Ledger): Promise<Facts['histories']> {
  const histories = new Map<string, readonly SeenVersion[]>();
  for (const place of ledger.rows()) {
    const { user, entityType } = place;
    const versions: SeenVersion[] = [];
    const ids = new Set(ledger.writesOf(place).map(({ entityId }) => entityId));
    for (const entityId of ids) {
      for (const one of await stage.server.history(user, { entityType, entityId })) {
        const atMs = ledger.contacts.committedAt(one.changeId) ?? null;
        versions.push({ ...one, atMs });
      }
    }
    histories.set(rowKeyOf(place), ids.size < 2 ? versions : versions.sort((a, b) => a.version - b.version));
  }
  return histories;
}

async function serverRows(stage: Stage, ledger: Ledger, user: string): Promise<readonly HeldRow[]> {
  const rows: HeldRow[] = [];
  for (const entityType of ledger.registry.types.keys()) {
    for (const row of await stage.server.rows(user, entityType)) rows.push(held(ledger, entityType, row));
  }
  return rows;
}

async function effectsOf(stage: Stage, ledger: Ledger, user: string): Promise<ReadonlyMap<string, number>> {
  const ids = ledger.writes.filter((write) => write.user === user).flatMap(({ changeIds }) => changeIds);
  return stage.server.effects(user, [...new Set(ids)]);
}

function held(
  ledger: Ledger,
  entityType: string,
  { entityId, data }: { readonly entityId: string; readonly data: JsonObject },
): HeldRow {
  return { entityType, entityId, row: ledger.nameOf(entityType, entityId, data), data };
}
