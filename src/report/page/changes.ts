import type { Json, JsonObject } from '../../lib/json.ts';
import type { TraceRecord } from '../../trace/record.ts';

/** What may happen to a change, in the order of an untroubled life. */
export type LifeStage =
  | 'issued'
  | 'committed locally'
  | 'sent'
  | 'retried'
  | 'reached the server'
  | 'committed on the server'
  | 'judged'
  | 'answered'
  | 'answer lost'
  | 'app killed'
  | 'learned by a pull'
  | 'settled';

/** One moment in the life of a change. */
export interface LifeEvent {
  readonly stage: LifeStage;
  /** The verdict, the reason or the lane; empty when the stage says all. */
  readonly detail: string;
  readonly atMs: number;
  /** Index of the record in the story. */
  readonly record: number;
}

/** One change of a run and everything that happened to it, in order. */
export interface Change {
  readonly id: string;
  /** Its label in the scenario, or null. */
  readonly label: string | null;
  readonly device: string;
  /** The rows it is about, `type/id`. */
  readonly rows: readonly string[];
  readonly action: string;
  readonly events: readonly LifeEvent[];
}

interface Growing {
  label: string | null;
  device: string;
  rows: readonly string[];
  action: string;
  isSent: boolean;
  readonly events: LifeEvent[];
}

/** The life of every change of a story, in the order in which they were first heard of. */
export function changesOf(story: readonly TraceRecord[]): readonly Change[] {
  const book = new Book();
  story.forEach((record, index) => {
    book.add(record, index);
  });
  return book.changes();
}

/** Changes that a request of the story carries, by the id its result has. */
export function carriedBy({ data }: TraceRecord): ReadonlyMap<string, string> {
  return new Map(objectsOf(data.carries).map(({ id, changeId }) => [String(id), String(changeId)]));
}

class Book {
  readonly #changes = new Map<string, Growing>();
  /** What each call under way carries, by device and call. */
  readonly #calls = new Map<string, ReadonlyMap<string, string>>();

  add(record: TraceRecord, index: number): void {
    const { kind, data } = record;
    if (kind === 'edit') this.#issued(record, index);
    else if (kind === 'commit') this.#committed(record, index);
    else if (kind === 'call') this.#sent(record, index);
    else if (kind === 'arrived') this.#arrived(record, index);
    else if (kind === 'answer') this.#answered(record, index);
    else if (kind === 'life' && data.change === 'killed') this.#killed(record, index);
    else if (kind === 'verdict') {
      const isApplied = data.status === 'applied';
      this.#note(String(data.changeId), {
        stage: isApplied ? 'committed on the server' : 'judged',
        detail: isApplied ? '' : String(data.status),
        atMs: record.atMs,
        record: index,
      });
    }
  }

  changes(): readonly Change[] {
    return [...this.#changes].map(([id, { label, device, rows, action, events }]) => {
      return { id, label, device, rows, action, events: inOrder(events) };
    });
  }

  #issued({ data, lane, atMs }: TraceRecord, index: number): void {
    const rows = objectsOf(data.rows);
    for (const id of listOf(data.changeIds).map(String)) {
      const change = this.#of(id);
      change.label ??= typeof data.label === 'string' ? data.label : null;
      change.device = lane;
      change.rows = [...new Set([...change.rows, ...rows.map((row) => `${row.entityType}/${row.entityId}`)])];
      change.action ||= String(rows[0]?.action ?? '');
      change.events.push({ stage: 'issued', detail: lane, atMs, record: index });
    }
  }

  #committed({ data, lane, atMs }: TraceRecord, index: number): void {
    for (const id of listOf(data.put).map(String)) {
      this.#of(id).device ||= lane;
      this.#note(id, { stage: 'committed locally', detail: '', atMs, record: index });
    }
    for (const id of listOf(data.removed).map(String)) {
      this.#note(id, { stage: 'settled', detail: 'left the queue', atMs, record: index });
    }
  }

  #sent(record: TraceRecord, index: number): void {
    const carried = carriedBy(record);
    this.#calls.set(callKey(record.lane, record.data), carried);
    for (const id of new Set(carried.values())) {
      const change = this.#of(id);
      const stage = change.isSent ? 'retried' : 'sent';
      change.isSent = true;
      const detail = record.data.call === 'resolve' ? 'its resolution' : '';
      change.events.push({ stage, detail, atMs: record.atMs, record: index });
    }
  }

  #arrived({ data, atMs }: TraceRecord, index: number): void {
    const carried = this.#calls.get(callKey(String(data.from), data));
    for (const id of new Set(carried?.values())) {
      this.#note(id, { stage: 'reached the server', detail: '', atMs, record: index });
    }
  }

  #answered({ data, lane, atMs }: TraceRecord, index: number): void {
    for (const { id, verdict } of objectsOf(data.settled)) {
      this.#note(String(id), { stage: 'learned by a pull', detail: String(verdict), atMs, record: index });
    }
    const key = callKey(lane, data);
    const verdicts = new Map(objectsOf(data.results).map(({ id, verdict }) => [String(id), String(verdict)]));
    for (const [resultId, id] of this.#calls.get(key) ?? []) {
      this.#note(id, { ...answerOf(data, verdicts.get(resultId)), atMs, record: index });
    }
    this.#calls.delete(key);
  }

  /** Whoever was asked while the app died: it never hears the answer. */
  #killed({ lane, atMs }: TraceRecord, index: number): void {
    for (const [key, carried] of this.#calls) {
      if (!key.startsWith(`${lane} `)) continue;
      for (const id of new Set(carried.values())) {
        this.#note(id, { stage: 'app killed', detail: 'before the answer', atMs, record: index });
      }
      this.#calls.delete(key);
    }
  }

  #note(id: string, event: LifeEvent): void {
    this.#of(id).events.push(event);
  }

  #of(id: string): Growing {
    const known = this.#changes.get(id);
    if (known !== undefined) return known;
    const fresh = { label: null, device: '', rows: [], action: '', isSent: false, events: [] };
    this.#changes.set(id, fresh);
    return fresh;
  }
}

function answerOf(data: JsonObject, verdict: string | undefined): Pick<LifeEvent, 'stage' | 'detail'> {
  if (data.kind === 'answer') return { stage: 'answered', detail: verdict ?? 'without a verdict' };
  if (data.kind === 'problem') return { stage: 'answered', detail: `status ${String(data.status)}` };
  return { stage: 'answer lost', detail: String(data.reason ?? data.kind) };
}

/** The engine commits an edit, and may send it, before its writer hears that it was taken: issuing comes first. */
function inOrder(events: readonly LifeEvent[]): readonly LifeEvent[] {
  const first = events.find(({ stage }) => stage === 'issued');
  return first === undefined ? events : [first, ...events.filter((event) => event !== first)];
}

function callKey(device: string, data: JsonObject): string {
  return `${device} ${String(data.callId)}`;
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return listOf(value).map((one) => one as JsonObject);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
