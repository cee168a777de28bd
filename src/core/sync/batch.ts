import { type ChangeId, keyText } from '../ids.ts';
import type { Change, Resolution } from '../protocol/messages.ts';
import { isIncrement } from '../queue/effect.ts';
import { type Item, type ItemState, isWithdrawal } from '../queue/item.ts';
import { blockerOf } from './blocker.ts';
import { type Entity, entityOfItem, flushEntities, membersOf } from './entity.ts';
import { freezeStamps } from './stamping.ts';
import type { Batch } from './state.ts';
import type { Key } from './tables.ts';
import type { Turn } from './turn.ts';

/** Items frozen into one request, with their wire form. */
export interface BuiltBatch {
  readonly kind: Batch['kind'];
  readonly items: readonly Item[];
  readonly changes: readonly Change[];
  readonly resolutions: readonly Resolution[];
  readonly bytes: number;
  /** The version of the data that all of them are said in. */
  readonly schemaVersion: number;
}

/**
 * Takes the next items that may go, in queue order, up to the bounds of count and bytes; groups whole. Null when none
 * may. Items of `types` only, when given. A batch holds changes or decisions, whichever comes first.
 */
export function buildBatch(turn: Turn, types: readonly string[] | null): BuiltBatch | null {
  const draft = new Draft(turn, null);
  // What was handed over before goes first: nothing pending can be ahead of it.
  for (const state of ['unsettled', 'pending'] as const) if (!offerAll(turn, draft, { state, types })) break;
  return draft.finish();
}

/** Offers all items of a state, in queue order, page by page. Gives false when the batch is full. */
function offerAll(
  turn: Turn,
  draft: Draft,
  { state, types }: { readonly state: ItemState; readonly types: readonly string[] | null },
): boolean {
  let after: Key | null = null;
  for (;;) {
    const items: readonly Item[] = turn.scan('items', {
      index: 'byState',
      prefix: [state],
      limit: page,
      ...(after === null ? {} : { after }),
    });
    for (const item of items) {
      if (types !== null && !types.includes(item.entityType)) continue;
      if (!draft.offer(item)) return false;
    }
    const last = items.at(-1);
    if (last === undefined || items.length < page) return true;
    after = [state, last.place, last.id];
  }
}

/** Freezes exactly these items again: a half of a batch that was refused whole. Null when all have left meanwhile. */
export function buildFrom(turn: Turn, kind: Batch['kind'], ids: readonly ChangeId[]): BuiltBatch | null {
  const draft = new Draft(turn, kind);
  for (const id of ids) {
    const item = turn.get('items', [id]);
    if (item !== undefined && (item.state === 'pending' || item.state === 'unsettled')) draft.offer(item);
  }
  return draft.finish();
}

/** Items read at a time while a batch is put together. */
const page = 256;

/** A batch in the making. */
class Draft {
  readonly #turn: Turn;
  #kind: Batch['kind'] | null;
  readonly #items = new Map<ChangeId, Item>();
  readonly #changes: Change[] = [];
  readonly #resolutions: Resolution[] = [];
  readonly #rowsOnWire = new Map<string, boolean>();
  #bytes = 0;
  #schemaVersion: number | null = null;

  constructor(turn: Turn, kind: Batch['kind'] | null) {
    this.#turn = turn;
    this.#kind = kind;
  }

  /** Takes the item, with its group, if it may go. Gives false when the batch is full. */
  offer(item: Item): boolean {
    if (this.#items.has(item.id) || isHeld(this.#turn, item)) return true;
    const kind = item.resolution === null ? 'push' : 'resolve';
    if (this.#kind !== null && this.#kind !== kind) return true;
    const schemaVersion = versionOf(this.#turn, item);
    if (this.#schemaVersion !== null && this.#schemaVersion !== schemaVersion) return true;
    const members =
      item.group === null || kind === 'resolve'
        ? [item]
        : membersOf(this.#turn, item.group).map((member) => member.item);
    if (members.some((member) => isHeld(this.#turn, member) || this.#isOnWire(member))) return true;
    const blocker = blockerOf(this.#turn, members, this.#items);
    if (blocker !== null) {
      this.#wait(item, blocker);
      return true;
    }
    const frozen = members.map((member) => this.#freeze(member));
    const bytes = frozen.reduce((sum, { body }) => sum + JSON.stringify(body).length + 1, 0);
    if (this.#items.size > 0 && !this.#fits(members.length, bytes)) return false;
    this.#kind = kind;
    this.#schemaVersion = schemaVersion;
    this.#bytes += bytes;
    for (const each of frozen) this.#take(each);
    return this.#items.size < this.#turn.limits.batchCount;
  }

  finish(): BuiltBatch | null {
    const items = [...this.#items.values()];
    flushEntities(this.#turn);
    if (items.length === 0 || this.#kind === null || this.#schemaVersion === null) return null;
    return {
      kind: this.#kind,
      items,
      changes: this.#changes,
      resolutions: this.#resolutions,
      bytes: this.#bytes,
      schemaVersion: this.#schemaVersion,
    };
  }

  /** Whether another batch on the wire holds a change of the same row: only what waits for no other comes this far behind one. */
  #isOnWire(item: Item): boolean {
    if (this.#turn.state.batches.length === 0 || !(isIncrement(item) || isWithdrawal(item))) return false;
    const key = keyText(item);
    const known = this.#rowsOnWire.get(key);
    if (known !== undefined) return known;
    const onWire = this.#turn.itemsOf(item).some(({ state }) => state === 'inFlight');
    this.#rowsOnWire.set(key, onWire);
    return onWire;
  }

  #fits(count: number, bytes: number): boolean {
    const { limits, state } = this.#turn;
    return (
      this.#items.size + count <= limits.batchCount &&
      this.#bytes + bytes <= Math.min(limits.batchBytes, state.bytesLearned ?? limits.batchBytes)
    );
  }

  #wait(item: Item, blocker: ChangeId): void {
    // A frozen item is asked for again by pull; only what was never sent is set aside until the other leaves.
    if (item.sent || !item.dependsOn.includes(blocker)) return;
    entityOfItem(this.#turn, item).set({ ...item, state: 'waiting', waitsFor: blocker });
  }

  #freeze(stored: Item): Frozen {
    const entity = entityOfItem(this.#turn, stored);
    const item = entity.item(stored.id) ?? stored;
    if (item.resolution !== null) return { entity, item, body: item.resolution.body };
    const { record } = entity;
    const baseVersion = item.sent
      ? item.baseVersion
      : record.base === null
        ? entity.type.catalogue
          ? 0
          : null
        : record.base.version;
    const stamped = item.sent ? item : { ...freezeStamps(this.#turn, entity, item), baseVersion };
    return { entity, item: stamped, body: toChange(stamped) };
  }

  #take({ entity, item, body }: Frozen): void {
    const inFlight = { state: 'inFlight' as const, waitsFor: null, nextAttemptAt: null };
    const resolution = item.resolution === null ? null : { ...item.resolution, sent: true };
    const handed: Item = { ...item, ...inFlight, sent: resolution === null ? true : item.sent, resolution };
    entity.set(handed);
    this.#items.set(handed.id, handed);
    if ('changeId' in body) this.#resolutions.push(body);
    else this.#changes.push(body);
  }
}

interface Frozen {
  readonly entity: Entity;
  readonly item: Item;
  readonly body: Change | Resolution;
}

/** The version of the data an item is sent in: that of its frozen body; a withdrawal has none. */
function versionOf(turn: Turn, { schemaVersion, resolution }: Item): number {
  const now = turn.setting.registry.schemaVersion;
  return resolution?.body.outcome === 'withdraw' ? now : (schemaVersion ?? now);
}

/** Whether an item is not to be offered now: it waits for its own time, or only for its row to arrive. */
function isHeld(turn: Turn, item: Item): boolean {
  if (item.settledAt !== null) return true;
  const hold = turn.state.holds[item.id];
  return hold !== undefined && hold.untilMonoMs > turn.at.monoMs;
}

/** The wire form of an item. */
function toChange(item: Item): Change {
  return {
    id: item.id,
    seq: item.seq,
    entityType: item.entityType,
    entityId: item.entityId,
    action: item.action,
    baseVersion: item.baseVersion,
    data: item.data,
    ...(item.increments === null ? {} : { increments: { ...item.increments } }),
    stamps: { ...item.stamps },
    timestamp: item.timestamp,
    ...(item.dependsOn.length === 0 ? {} : { dependsOn: [...item.dependsOn] }),
    ...(item.group === null ? {} : { group: item.group, groupSize: item.groupSize }),
  };
}
