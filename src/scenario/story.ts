import type { Json, JsonObject } from '../lib/json.ts';
import type { TraceRecord } from '../trace/record.ts';
import { foldPolls } from './fold-polls.ts';
import { QueueDepths } from './queue-depths.ts';

/** Records a result keeps. When a story grows beyond it, polls that bring nothing are told as one. */
const storyMax = 10_000;
/** A story that is still so full after that takes no more. */
const foldedMax = 8_000;
const told = new Set([
  'run',
  'phase',
  'note',
  'step',
  'expect',
  'line',
  'phone',
  'clock',
  'refused',
  'fault',
  'arrived',
  'dropped',
  'verdict',
  'server',
  'end',
]);
const toldNotices = new Set(['conflict', 'parked', 'failed']);

/** Gathers from a trace what reports tell: no bodies, no values, at most a few thousand records. */
export class Story {
  #records: TraceRecord[] = [];
  #isFull = false;
  readonly #depths = new QueueDepths();
  #lost = 0;

  /** Takes the next record of the run. */
  add(record: TraceRecord): void {
    const queue = this.#depths.add(record);
    const kept = thin(record);
    if (kept !== null) this.#keep(kept);
    if (queue !== null) this.#keep({ ...record, kind: 'commit', data: queue });
  }

  /** What was gathered, in order. */
  get records(): readonly TraceRecord[] {
    return this.#records;
  }

  /** Records that would belong to the story but were too many. */
  get lost(): number {
    return this.#lost;
  }

  #keep(record: TraceRecord): void {
    if (this.#records.length >= storyMax && !this.#isFull) {
      this.#records = [...foldPolls(this.#records)];
      this.#isFull = this.#records.length > foldedMax;
    }
    if (this.#isFull) this.#lost += 1;
    else this.#records.push(record);
  }
}

function thin(record: TraceRecord): TraceRecord | null {
  const { kind, data } = record;
  if (told.has(kind) || kind === 'life') return record;
  if (kind === 'notice') return toldNotices.has(String((data.notice as JsonObject | undefined)?.kind)) ? record : null;
  if (kind === 'edit') return { ...record, data: editOf(data) };
  if (kind === 'call') return { ...record, data: { ...named(data), ...carriedBy(data.body as JsonObject | null) } };
  return kind === 'answer' ? { ...record, data: { ...named(data), ...outcomeOf(data.outcome as JsonObject) } } : null;
}

function named(data: JsonObject): JsonObject {
  return { callId: data.callId ?? null, call: data.call ?? null };
}

/** Which rows were meant, by which changes; no values. */
function editOf({ edits, changeIds = [], label = null }: JsonObject): JsonObject {
  const rows = listOf(edits).map((edit) => {
    const { action = null, entityType = null, entityId = null } = edit as JsonObject;
    return { action, entityType, entityId };
  });
  return { rows, changeIds, label };
}

/** How many items a request carries, and each by the id that its result will have and by its change. */
function carriedBy(body: JsonObject | null | undefined): JsonObject {
  const items = [...listOf(body?.changes), ...listOf(body?.resolutions)];
  const carries = items.map((item) => {
    const { id = null, changeId = id } = item as JsonObject;
    return { id, changeId };
  });
  return { items: itemsOf(body), carries };
}

function itemsOf(body: JsonObject | null | undefined): number {
  const list = body?.changes ?? body?.resolutions;
  return Array.isArray(list) ? list.length : 0;
}

function outcomeOf(outcome: JsonObject | undefined): JsonObject {
  const { kind = null, status = null, reason = null, body = null } = outcome ?? {};
  const answered = body as JsonObject | null;
  const results = listOf(answered?.results).map((one) => {
    const { id = null, status: verdict = null } = one as JsonObject;
    return { id, verdict };
  });
  // A change that was judged earlier: its verdict is the first one, the pull only repeats it.
  const settled = listOf(answered?.settled).map((one) => {
    const { id = null, status: later = null, first: verdict = later } = one as JsonObject;
    return { id, verdict };
  });
  return { kind, status, reason, items: itemsOf(answered), results, settled };
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
