import { type EntityKey, keyText } from '../core/ids.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { TraceRecord } from '../trace/record.ts';
import { formatStoryTime } from './story-time.ts';

interface Life {
  readonly name: string;
  readonly rows: ReadonlySet<string>;
  readonly events: string[];
}

/** One change or resolution in a request; its result names the resolution, its life is that of the change. */
interface Carried {
  readonly answeredAs: string;
  readonly change: string;
  readonly verb: 'sent' | 'resolution sent';
}

/** Changes told in one why line, the newest of those in question. */
const livesTold = 3;
/** Events told of one change; of a longer life the first and the last ones. */
const eventsTold = 8;

/**
 * The life of every change of a run, gathered from its trace: written, sent, committed on the server, answer lost,
 * sent again, settled. It is where the `why` line of a failure comes from.
 */
export class LifeOfChanges {
  readonly #lives = new Map<string, Life>();
  /** What each call carries. */
  readonly #calls = new Map<string, readonly Carried[]>();
  readonly #pulled = new Map<string, number>();

  /** Takes the next record of the run. */
  add(record: TraceRecord): void {
    if (record.kind === 'edit') this.#written(record);
    else if (record.kind === 'call') this.#sent(record);
    else if (record.kind === 'answer') this.#answered(record);
    else if (record.kind === 'life' && record.data.change === 'killed') this.#killed(record);
    else if (record.kind === 'verdict') {
      this.#note(String(record.data.changeId), `${String(record.data.status)} on the server`, record.atMs);
    }
  }

  /** The lives of the changes of a row, or of these ids; null when there were none. */
  tell(about: { readonly row?: EntityKey; readonly ids?: readonly string[]; readonly device?: string }): string | null {
    const row = about.row === undefined ? null : keyText(about.row);
    const meant = [...this.#lives].filter(
      ([id, { rows }]) => about.ids?.includes(id) || (row !== null && rows.has(row)),
    );
    const lines = meant.slice(-livesTold).map(([, { name, events }]) => `${name}: ${shorten(events).join(', ')}`);
    const pulled = about.device === undefined ? undefined : this.#pulled.get(about.device);
    if (pulled !== undefined) lines.push(`${about.device} last pulled at ${formatStoryTime(pulled)}`);
    return meant.length === 0 ? null : lines.join('; ');
  }

  #written({ data, lane, atMs }: TraceRecord): void {
    const edits = (data.edits ?? []) as readonly JsonObject[];
    const keys = edits.map(({ entityType, entityId }) => `${String(entityType)}/${String(entityId)}`);
    for (const id of listOf(data.changeIds)) {
      const name = typeof data.label === 'string' ? data.label : (keys[0] ?? String(id));
      const earlier = this.#lives.get(String(id));
      const rows = new Set([...(earlier?.rows ?? []), ...keys]);
      // The engine may have sent the change before its writer hears that it was taken.
      const events = [`written on ${lane} at ${formatStoryTime(atMs)}`, ...(earlier?.events ?? [])];
      this.#lives.set(String(id), { name, rows, events });
    }
  }

  #sent({ data, lane, atMs }: TraceRecord): void {
    const body = data.body as JsonObject | null;
    const carried = [...listOf(body?.changes), ...listOf(body?.resolutions)].map((item): Carried => {
      const { id, changeId } = item as JsonObject;
      return {
        answeredAs: String(id),
        change: String(changeId ?? id),
        verb: changeId === undefined ? 'sent' : 'resolution sent',
      };
    });
    this.#calls.set(callKey(lane, data), carried);
    for (const { change, verb } of carried) {
      const again = this.#lives.get(change)?.events.some((event) => event.startsWith(verb));
      this.#note(change, again ? `${verb} again` : verb, atMs);
    }
  }

  #answered({ data, lane, atMs }: TraceRecord): void {
    const outcome = (data.outcome ?? {}) as JsonObject;
    const body = outcome.body as JsonObject | undefined;
    if (data.call === 'pull' && outcome.kind === 'answer') this.#pulled.set(lane, atMs);
    for (const settled of listOf(body?.settled)) {
      const { id, status, first } = settled as JsonObject;
      this.#note(String(id), `verdict ${String(first ?? status)} learned by a pull`, atMs);
    }
    const carried = this.#calls.get(callKey(lane, data)) ?? [];
    const results = new Map(listOf(body?.results).map((result) => [String((result as JsonObject).id), result]));
    for (const { change, answeredAs } of carried) {
      this.#note(change, outcomeText(outcome, results.get(answeredAs) as JsonObject | undefined), atMs);
    }
    this.#calls.delete(callKey(lane, data));
  }

  /** Whoever was asked while the app died: it never hears the answer. */
  #killed({ lane, atMs }: TraceRecord): void {
    for (const [key, carried] of this.#calls) {
      if (!key.startsWith(`${lane} `)) continue;
      for (const { change } of carried) this.#note(change, 'app killed before the answer', atMs);
      this.#calls.delete(key);
    }
  }

  #note(id: string, event: string, atMs: number): void {
    const life = this.#lives.get(id) ?? { name: id, rows: new Set<string>(), events: [] };
    this.#lives.set(id, life);
    life.events.push(`${event} at ${formatStoryTime(atMs)}`);
  }
}

function callKey(lane: string, data: JsonObject): string {
  return `${lane} ${String(data.callId)}`;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function outcomeText(outcome: JsonObject, result: JsonObject | undefined): string {
  if (outcome.kind === 'answer') return `answered ${String(result?.status ?? 'without a verdict')}`;
  if (outcome.kind === 'problem') return `answered with status ${String(outcome.status)}`;
  return outcome.kind === 'failure' ? `no answer (${String(outcome.reason)})` : `no answer (${String(outcome.kind)})`;
}

function shorten(events: readonly string[]): readonly string[] {
  if (events.length <= eventsTold) return events;
  const half = eventsTold / 2;
  return [...events.slice(0, half), `${events.length - eventsTold} more`, ...events.slice(-half)];
}
