import type { JsonObject } from '../lib/json.ts';
import type { TraceRecord } from '../trace/record.ts';

/** Records a result keeps; a run of many days with polls has more. */
const storyMax = 5_000;
const told = new Set([
  'run',
  'phase',
  'note',
  'step',
  'expect',
  'line',
  'life',
  'clock',
  'refused',
  'fault',
  'server',
  'end',
]);
const toldNotices = new Set(['conflict', 'parked', 'failed']);

/** Gathers from a trace what reports tell: no bodies, no values, at most a few thousand records. */
export class Story {
  readonly records: TraceRecord[] = [];
  #lost = 0;

  /** Takes the next record of the run. */
  add(record: TraceRecord): void {
    const kept = thin(record);
    if (kept === null) return;
    if (this.records.length < storyMax) this.records.push(kept);
    else this.#lost += 1;
  }

  /** Records that would belong to the story but were too many. */
  get lost(): number {
    return this.#lost;
  }
}

function thin(record: TraceRecord): TraceRecord | null {
  const { kind, data } = record;
  if (told.has(kind)) return record;
  if (kind === 'notice') return toldNotices.has(String((data.notice as JsonObject | undefined)?.kind)) ? record : null;
  if (kind === 'call') return { ...record, data: { ...named(data), items: itemsOf(data.body as JsonObject | null) } };
  if (kind === 'verdict') return record;
  return kind === 'answer' ? { ...record, data: { ...named(data), ...outcomeOf(data.outcome as JsonObject) } } : null;
}

function named(data: JsonObject): JsonObject {
  return { callId: data.callId ?? null, call: data.call ?? null };
}

function itemsOf(body: JsonObject | null | undefined): number {
  const list = body?.changes ?? body?.resolutions;
  return Array.isArray(list) ? list.length : 0;
}

function outcomeOf(outcome: JsonObject | undefined): JsonObject {
  const { kind = null, status = null, reason = null, body = null } = outcome ?? {};
  return { kind, status, reason, items: itemsOf(body as JsonObject | null) };
}
