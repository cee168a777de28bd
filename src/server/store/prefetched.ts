import type { EntityKey } from '../../core/ids.ts';
import type { PageBounds, RowPage, ScanFrom } from '../decide/scans.ts';
import type { CatalogueRow, DeviceState, HistoryEntry, StoredRow, StoredVerdict, UserState } from '../decide/stored.ts';
import { Shelf } from './shelf.ts';
import type { UserReads } from './store.ts';

/** A natural key that is looked for. */
export interface ClaimedKey {
  readonly entityType: string;
  readonly naturalKey: string;
}

/** A place in the queue of a device. */
export interface Place {
  readonly deviceId: string;
  readonly seq: number;
}

/** A page that is asked for. */
export interface PageKey {
  readonly from: readonly ScanFrom[];
  readonly bounds: PageBounds;
}

/** A type, and a time before which something is looked for. */
export interface TypeBefore {
  readonly entityType: string;
  readonly beforeMs: number;
}

/** A row, and a change that may have taken effect on it. */
export interface EffectKey extends EntityKey {
  readonly id: string;
}

const emptyPage = { rows: [], cut: null };
const ownName = (text: string): string => text;
/** Requests may name types that no registry has, with any characters: the length keeps their keys apart. */
const keyName = ({ entityType, entityId }: EntityKey): string => `${entityType.length}/${entityType}${entityId}`;
const claimName = ({ entityType, naturalKey }: ClaimedKey): string => JSON.stringify([entityType, naturalKey]);

/** Everything that one piece of work may look up, by shelves; what is not there yet is noted, and stood in for. */
export class Shelves {
  readonly devices = new Shelf<string, DeviceState | undefined>(ownName, undefined);
  readonly rows = new Shelf<EntityKey, StoredRow | undefined>(keyName, undefined);
  readonly catalogueRows = new Shelf<EntityKey, CatalogueRow | undefined>(keyName, undefined);
  readonly verdicts = new Shelf<string, StoredVerdict | undefined>(ownName, undefined);
  readonly places = new Shelf<Place, string | undefined>(({ deviceId, seq }) => `${seq}/${deviceId}`, undefined);
  readonly keyHolders = new Shelf<ClaimedKey, string | undefined>(claimName, undefined);
  readonly existed = new Shelf<EntityKey, boolean>(keyName, false);
  readonly effectsAt = new Shelf<EffectKey, number | undefined>(JSON.stringify, undefined);
  readonly pages = new Shelf<PageKey, RowPage<StoredRow>>(JSON.stringify, emptyPage);
  readonly cataloguePages = new Shelf<PageKey, RowPage<CatalogueRow>>(JSON.stringify, emptyPage);
  readonly purgedBelow = new Shelf<string, number>(ownName, 0);
  readonly cataloguePurgedBelow = new Shelf<string, number>(ownName, 0);
  readonly newestBefore = new Shelf<TypeBefore, number>(JSON.stringify, 0);
  readonly catalogueNewestBefore = new Shelf<TypeBefore, number>(JSON.stringify, 0);
  readonly liveRows = new Shelf<string, readonly StoredRow[]>(ownName, []);
  readonly histories = new Shelf<EntityKey, readonly HistoryEntry[]>(keyName, []);
  /** Whole tables of the user, and the catalogue's counter: one key each, `all`. */
  readonly allDevices = new Shelf<'all', readonly DeviceState[]>(ownName, []);
  readonly allHistory = new Shelf<'all', readonly HistoryEntry[]>(ownName, []);
  readonly allVerdicts = new Shelf<'all', readonly StoredVerdict[]>(ownName, []);
  readonly allEffects = new Shelf<'all', ReadonlyMap<string, number>>(ownName, new Map());
  readonly catalogueCounter = new Shelf<'all', number>(ownName, 0);

  /** Whether work ran to its end on nothing but knowledge. */
  get areComplete(): boolean {
    return Object.values(this).every((shelf: unknown) => !(shelf instanceof Shelf) || shelf.isComplete);
  }
}

/** One user's data as far as it was fetched. What it gives for the rest is no knowledge: see `Shelves.areComplete`. */
export class Prefetched implements UserReads {
  readonly #shelves: Shelves;
  readonly #user: UserState;

  constructor(shelves: Shelves, user: UserState) {
    this.#shelves = shelves;
    this.#user = user;
  }

  user(): UserState {
    return this.#user;
  }

  device(deviceId: string): DeviceState | undefined {
    return this.#shelves.devices.get(deviceId);
  }

  row(key: EntityKey): StoredRow | undefined {
    return this.#shelves.rows.get(key);
  }

  catalogueRow(key: EntityKey): CatalogueRow | undefined {
    return this.#shelves.catalogueRows.get(key);
  }

  verdict(id: string): StoredVerdict | undefined {
    return this.#shelves.verdicts.get(id);
  }

  changeAt(place: Place): string | undefined {
    return this.#shelves.places.get(place);
  }

  keyHolder(key: ClaimedKey): string | undefined {
    return this.#shelves.keyHolders.get(key);
  }

  existed(key: EntityKey): boolean {
    return this.#shelves.existed.get(key);
  }

  effectAt({ entityType, entityId }: EntityKey, id: string): number | undefined {
    return this.#shelves.effectsAt.get({ entityType, entityId, id });
  }

  page(from: readonly ScanFrom[], bounds: PageBounds): RowPage<StoredRow> {
    return from.length === 0 ? emptyPage : this.#shelves.pages.get({ from, bounds });
  }

  cataloguePage(from: readonly ScanFrom[], bounds: PageBounds): RowPage<CatalogueRow> {
    return from.length === 0 ? emptyPage : this.#shelves.cataloguePages.get({ from, bounds });
  }

  catalogueCounter(): number {
    return this.#shelves.catalogueCounter.get('all');
  }

  purgedBelow(entityType: string): number {
    return this.#shelves.purgedBelow.get(entityType);
  }

  cataloguePurgedBelow(entityType: string): number {
    return this.#shelves.cataloguePurgedBelow.get(entityType);
  }

  newestBefore(entityType: string, beforeMs: number): number {
    return this.#shelves.newestBefore.get({ entityType, beforeMs });
  }

  catalogueNewestBefore(entityType: string, beforeMs: number): number {
    return this.#shelves.catalogueNewestBefore.get({ entityType, beforeMs });
  }

  liveRows(entityType: string): Iterable<StoredRow> {
    return this.#shelves.liveRows.get(entityType);
  }

  history(key: EntityKey): readonly HistoryEntry[] {
    return this.#shelves.histories.get(key);
  }

  allHistory(): Iterable<HistoryEntry> {
    return this.#shelves.allHistory.get('all');
  }

  devices(): readonly DeviceState[] {
    return this.#shelves.allDevices.get('all');
  }

  verdicts(): readonly StoredVerdict[] {
    return this.#shelves.allVerdicts.get('all');
  }

  effects(): ReadonlyMap<string, number> {
    return this.#shelves.allEffects.get('all');
  }
}
