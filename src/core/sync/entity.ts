import { present } from '../../lib/assert.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type ChangeId, type DeviceId, type EntityKey, keyText, type Stamp } from '../ids.ts';
import type { Conflict } from '../merge/conflict.ts';
import type { RecordRow } from '../model/record.ts';
import { type EntityType, isReferredTo } from '../model/registry.ts';
import type { Item } from '../queue/item.ts';
import { arrange, isFrozen } from '../queue/order.ts';
import { latestFor, latestOf, ownIn } from './own-stamps.ts';
import { passable } from './passable.ts';
import type { Scan } from './rows.ts';
import { visibleOf, withShown } from './shown.ts';
import type { Turn } from './turn.ts';

/**
 * One row with everything that hangs on it, while a step works on it: record, queue items oldest first, open conflict.
 * Handlers change it in memory; `flushEntities` writes what differs, with the visible row and the item states made
 * right in one place.
 */
export class Entity {
  readonly key: EntityKey;
  readonly type: EntityType;
  record: RecordRow;
  chain: readonly Item[];
  conflict: Conflict | null;
  /** The stamps given to items that are about to be sent. */
  #given: readonly Readonly<Record<string, Stamp>>[] = [];
  readonly #loaded: {
    readonly record: RecordRow | null;
    readonly chain: readonly Item[];
    readonly conflict: Conflict | null;
  };

  /** `known`: an item of the row that was read already; it spares a scan when it is the only one. */
  constructor(turn: Turn, key: EntityKey, known?: Item) {
    this.key = { entityType: key.entityType, entityId: key.entityId };
    this.type = turn.type(key.entityType);
    const record = turn.get('records', [key.entityType, key.entityId]) ?? null;
    this.record = record ?? blankRecord(this.key, turn.meta('server').era);
    if (record === null || record.items === 0) this.chain = [];
    else this.chain = record.items === 1 && known !== undefined ? [known] : turn.itemsOf(key);
    const conflictId = this.record.conflict;
    this.conflict =
      conflictId === null ? null : present(turn.get('conflicts', [conflictId]), 'a named conflict is stored');
    this.#loaded = { record, chain: this.chain, conflict: this.conflict };
  }

  /** Whether an item was handed over and its verdict is unknown: the base must not move. */
  get frozen(): boolean {
    return this.chain.some(isFrozen);
  }

  item(id: ChangeId): Item | undefined {
    return this.chain.find((item) => item.id === id);
  }

  /** Puts an item in place of the one with its id, or at the end. */
  set(item: Item): void {
    const at = this.chain.findIndex((other) => other.id === item.id);
    this.chain = at < 0 ? [...this.chain, item] : this.chain.with(at, item);
  }

  /** Puts an item, which may have another id, in the place of the one named. */
  replace(id: ChangeId, item: Item): void {
    this.chain = this.chain.map((other) => (other.id === id ? item : other));
  }

  leave(id: ChangeId): void {
    this.chain = this.chain.filter((item) => item.id !== id);
  }

  /** Remembers stamps just given. */
  gave(stamps: Readonly<Record<string, Stamp>>): void {
    this.#given = [...this.#given, stamps];
  }

  /** The newest stamp that this device gave to any of these fields: it stands in the base, or in what was sent or decided. */
  newestStamp(fields: readonly string[], deviceId: DeviceId): Stamp | null {
    let newest = latestFor(ownIn(this.record.base, deviceId), fields, null);
    for (const stamps of this.#given) newest = latestFor(stamps, fields, newest);
    return latestOf(this.chain, fields, latestOf(this.#loaded.chain, fields, newest));
  }

  /** The row as the user sees it now, null where it does not exist. */
  visible(): JsonObject | null {
    return visibleOf(this);
  }

  /** Writes what differs from what was loaded. */
  flush(turn: Turn): readonly ChangeId[] {
    this.#dropForsaken(turn);
    this.chain = arrange(this.chain, passable(this.conflict));
    const left = this.#flushItems(turn);
    this.#flushConflict(turn);
    this.record = withShown(this);
    if (this.record !== this.#loaded.record) {
      if (isNothing(this.record)) turn.remove('records', [this.key.entityType, this.key.entityId]);
      else turn.put('records', this.record);
      turn.tell({ kind: 'record', ...this.key });
    }
    return left;
  }

  /** A full resync did not bring the row, which stayed for its queue alone. What the server had of it is in the log. */
  #dropForsaken(turn: Turn): void {
    const { base } = this.record;
    if (base?.version !== 0 || this.chain.length > 0 || this.conflict !== null) return;
    if (turn.meta('server').resync !== null) return;
    const detail = 'the server has no such row';
    if (!base.deleted) turn.log('resynced', { ...this.key, kept: base.data, detail });
    this.record = { ...this.record, base: null };
  }

  #flushItems(turn: Turn): readonly ChangeId[] {
    if (this.chain === this.#loaded.chain) return [];
    const before = new Map(this.#loaded.chain.map((item) => [item.id, item]));
    const changed = this.chain.filter((item) => before.get(item.id) !== item);
    for (const item of this.chain) before.delete(item.id);
    // An item that moved to another row is written by that row.
    const left = [...before.values()].filter((item) => !turn.moved.has(item.id));
    for (const item of left) turn.removeItem(item);
    for (const item of changed) {
      turn.put('items', item);
      turn.tell({ kind: 'item', changeId: item.id, state: item.state, ...this.key });
    }
    return left.map((item) => item.id);
  }

  #flushConflict(turn: Turn): void {
    const { conflict } = this.#loaded;
    if (this.conflict === conflict) return;
    if (conflict !== null && conflict.changeId !== this.conflict?.changeId)
      turn.remove('conflicts', [conflict.changeId]);
    if (this.conflict !== null) turn.put('conflicts', this.conflict);
  }
}

/** A record of a row that neither server nor device is known to hold. */
export function blankRecord(key: EntityKey, era: number): RecordRow {
  return {
    entityType: key.entityType,
    entityId: key.entityId,
    era,
    base: null,
    theirs: null,
    catalogue: null,
    local: null,
    exists: false,
    device: null,
    naturalKey: null,
    seen: 0,
    items: 0,
    conflict: null,
    lastSyncedAt: null,
  };
}

/** The entity of a turn, loaded once however often it is asked for. */
export function entityOf(turn: Turn, key: EntityKey): Entity {
  return loaded(turn, key);
}

/** The entity that an item, as just read, belongs to. */
export function entityOfItem(turn: Turn, item: Item): Entity {
  return loaded(turn, item, item);
}

function loaded(turn: Turn, key: EntityKey, known?: Item): Entity {
  const text = keyText(key);
  const held = turn.entities.get(text);
  if (held !== undefined) return held;
  const entity = new Entity(turn, key, known);
  turn.entities.set(text, entity);
  return entity;
}

/** The items of a group, with their rows, as this step has them, in queue order. */
export function membersOf(turn: Turn, group: string): readonly Placed[] {
  return itemsNow(turn, { index: 'byGroup', prefix: [group] }, (item) => item.group === group);
}

/** The items whose data refers to a row, with their own rows, as this step has them, in queue order. */
export function referringTo(turn: Turn, parent: EntityKey): readonly Placed[] {
  const text = keyText(parent);
  return itemsNow(turn, { index: 'byParent', prefix: [text] }, (item) => item.parents.includes(text));
}

/** An item and the row it changes. */
export interface Placed {
  readonly entity: Entity;
  readonly item: Item;
}

/** Stored items are loaded first; what the step itself has put into a row counts as well, what left it does not. */
function itemsNow(turn: Turn, scan: Scan, wanted: (item: Item) => boolean): readonly Placed[] {
  for (const stored of turn.scan('items', scan)) entityOf(turn, stored);
  return [...turn.entities.values()]
    .flatMap((entity) => entity.chain.filter(wanted).map((item) => ({ entity, item })))
    .sort((a, b) => a.item.place - b.item.place);
}

/**
 * Writes all entities of the turn and frees items of other rows that waited for an item that left. Afterwards the turn
 * holds no entity: later reads load anew.
 */
export function flushEntities(turn: Turn): void {
  while (turn.entities.size > 0) {
    const left: ChangeId[] = [];
    for (const entity of turn.entities.values()) {
      const gone = entity.flush(turn);
      // Only changes of rows that others refer to have dependants.
      if (gone.length > 0 && isReferredTo(turn.setting.registry, entity.type)) left.push(...gone);
    }
    turn.entities.clear();
    for (const id of left) freeDependants(turn, id);
  }
}

function freeDependants(turn: Turn, id: ChangeId): void {
  for (const item of turn.scan('items', { index: 'byWaitsFor', prefix: [id] })) {
    if (!item.dependsOn.includes(id)) continue;
    entityOf(turn, item).set({ ...item, state: 'pending', waitsFor: null });
  }
}

function isNothing(record: RecordRow): boolean {
  return (
    record.base === null &&
    record.theirs === null &&
    record.catalogue === null &&
    record.items === 0 &&
    record.device === null
  );
}
