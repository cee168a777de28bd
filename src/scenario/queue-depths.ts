import type { Json, JsonObject } from '../lib/json.ts';
import type { TraceRecord } from '../trace/record.ts';

/** Commits of a device that a power cut may take back again. */
const takenBackMax = 64;

/** One commit's effect on the items of a device. */
interface Change {
  readonly put: readonly string[];
  readonly removed: readonly string[];
}

/** The queues of all devices, gathered from the commits in a trace: which items each holds. */
export class QueueDepths {
  readonly #items = new Map<string, Set<string>>();
  readonly #latest = new Map<string, Change[]>();

  /** Takes a commit or a kill; gives the items that went in and out and how many there are now, or null if it is the same queue. */
  add(record: TraceRecord): JsonObject | null {
    if (record.kind === 'life') return this.#killed(record);
    if (record.kind !== 'commit') return null;
    const { lane } = record;
    const items = this.#items.get(lane) ?? new Set();
    this.#items.set(lane, items);
    const change = changeOf(record, items);
    const latest = this.#latest.get(lane) ?? [];
    this.#latest.set(lane, [...latest.slice(1 - takenBackMax), change]);
    return this.#apply(lane, change);
  }

  /** A power cut takes the latest commits back. */
  #killed({ lane, data }: TraceRecord): JsonObject | null {
    const latest = this.#latest.get(lane) ?? [];
    this.#latest.set(lane, []);
    const lost = typeof data.lostCommits === 'number' ? data.lostCommits : 0;
    if (lost === 0) return null;
    const undone = latest.slice(-lost).reverse();
    let told: JsonObject | null = null;
    for (const { put, removed } of undone) told = this.#apply(lane, { put: removed, removed: put }) ?? told;
    return told;
  }

  #apply(lane: string, { put, removed }: Change): JsonObject | null {
    if (put.length === 0 && removed.length === 0) return null;
    const items = this.#items.get(lane) ?? new Set();
    for (const id of put) items.add(id);
    for (const id of removed) items.delete(id);
    return { queued: items.size, put, removed };
  }
}

/** Items that are new, and items that are gone: one that only changes its state is neither. */
function changeOf({ data }: TraceRecord, items: ReadonlySet<string>): Change {
  const put = new Set<string>();
  const removed = new Set<string>();
  for (const write of listOf(data.writes)) {
    const { table, put: row, remove } = write as { readonly [key: string]: Json };
    if (table !== 'items') continue;
    const id = remove === undefined ? String((row as JsonObject).id) : String(listOf(remove)[0]);
    put.delete(id);
    removed.delete(id);
    if (remove === undefined && !items.has(id)) put.add(id);
    if (remove !== undefined && items.has(id)) removed.add(id);
  }
  return { put: [...put], removed: [...removed] };
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
