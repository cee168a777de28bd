import { canonicalJson, type Json, type JsonObject } from '../lib/json.ts';
import type { DeviceSetup } from '../stage/stage.ts';
import type { TraceRecord } from '../trace/record.ts';

/** What the story and the wire tell of one device's clock. */
interface DeviceTime {
  /** The offset of its wall clock from each moment on; the first is that of the beginning. */
  readonly offsets: { readonly atMs: number; readonly offsetMs: number }[];
  /** Answers that told it the server's time, each with how far from true that was when it came. */
  readonly answers: { readonly atMs: number; readonly errorMs: number }[];
  /** When each value left the device, by row. */
  readonly sent: Map<string, Map<string, number[]>>;
  /** It sent before it was told the time, by a clock that was ahead: stamps of the future. */
  isAhead: boolean;
  /** When its monotonic clock or its data had a break: nobody can say what it knew of the time across one. */
  readonly breaks: number[];
}

/** What a write is known by on the wire. */
export interface Meant {
  readonly by: string;
  readonly atMs: number;
  readonly entityType: string;
  readonly entityId: string;
  readonly field: string;
  readonly value: Json;
}

/**
 * How well devices knew the time, from outside: offsets that the story gave their clocks, and what answers told them.
 * The stamp of an intent lies between its true time and the worst of these errors before that.
 */
export class Contacts {
  readonly #devices = new Map<string, DeviceTime>();
  readonly #commits = new Map<string, number>();
  #startedWallMs = 0;

  constructor(devices: readonly Pick<DeviceSetup, 'name' | 'clockMs'>[]) {
    for (const { name, clockMs } of devices) {
      const offsets = [{ atMs: 0, offsetMs: clockMs }];
      this.#devices.set(name, { offsets, answers: [], sent: new Map(), isAhead: false, breaks: [] });
    }
  }

  /** Says which wall time the story began at, ms since 1970. */
  began(startedWallMs: number): void {
    this.#startedWallMs = startedWallMs;
  }

  /** Takes a record of the run. */
  heed({ kind, lane, atMs, data }: TraceRecord): void {
    if (kind === 'server-commit') this.#commits.set(String(data.changeId), atMs);
    const device = this.#devices.get(lane);
    if (device === undefined) return;
    if (kind === 'clock') device.offsets.push({ atMs, offsetMs: Number(data.offsetMs ?? 0) });
    else if (kind === 'answer') this.#answered(device, atMs, data);
    else if (kind === 'call') sent(device, atMs, data);
    else if (kind === 'phone' || (kind === 'life' && data.lostCommits !== undefined)) device.breaks.push(atMs);
  }

  /** When a change or decision took effect on the server, ms of the story; undefined when nobody was told. */
  committedAt(changeId: string): number | undefined {
    return this.#commits.get(changeId);
  }

  /** Whether a value left its device after it was written. */
  wasSent(meant: Meant): boolean {
    const device = this.#devices.get(meant.by);
    return device !== undefined && firstSent(device, meant) !== undefined;
  }

  /**
   * How far the stamp of a write may lie before its true time, ms. Null when the clock stepped between the edit and the
   * next contact, or nobody can say: whoever sees a stamp of the future writes later ones.
   */
  stampErrorOf(meant: Meant): number | null {
    const device = this.#devices.get(meant.by);
    if (device === undefined || this.#isAhead()) return null;
    const { answers, offsets } = device;
    const sentMs = firstSent(device, meant) ?? Number.POSITIVE_INFINITY;
    const nextMs = answers.find(({ atMs }) => atMs > meant.atMs)?.atMs ?? Number.POSITIVE_INFINITY;
    if (offsets.some(({ atMs }) => atMs > meant.atMs && atMs <= nextMs)) return null;
    const fromMs = answers.findLast(({ atMs }) => atMs <= meant.atMs)?.atMs ?? 0;
    if (device.breaks.some((atMs) => atMs >= fromMs && atMs <= sentMs)) return null;
    const known = answers.filter(({ atMs }) => atMs >= fromMs && atMs <= sentMs);
    const own = (known[0]?.atMs ?? Number.POSITIVE_INFINITY) < sentMs ? 0 : Math.max(0, -offsetAt(device, meant.atMs));
    return Math.max(own, ...known.map(({ errorMs }) => errorMs));
  }

  #answered(device: DeviceTime, atMs: number, data: JsonObject): void {
    const body = (data.outcome as JsonObject | undefined)?.body as JsonObject | undefined;
    if (typeof body?.serverTime !== 'number') return;
    device.answers.push({ atMs, errorMs: Math.abs(this.#startedWallMs + atMs - body.serverTime) });
  }

  #isAhead(): boolean {
    return [...this.#devices.values()].some(({ isAhead }) => isAhead);
  }
}

function offsetAt({ offsets }: DeviceTime, atMs: number): number {
  return offsets.findLast((one) => one.atMs <= atMs)?.offsetMs ?? 0;
}

/** Values in a push are those of changes; in a resolve those of decisions. */
function sent(device: DeviceTime, atMs: number, { body }: JsonObject): void {
  const { changes, resolutions } = (body ?? {}) as JsonObject;
  const items = [...listOf(changes), ...listOf(resolutions)];
  // Any edit so far may go by any of its clock's offsets so far.
  if (items.length > 0 && device.answers.length === 0)
    device.isAhead ||= device.offsets.some((one) => one.offsetMs > 0);
  for (const item of items) {
    const { entityType, entityId, data } = item as JsonObject;
    for (const [field, value] of Object.entries((data ?? {}) as JsonObject)) {
      const key = sentKey({ entityType: String(entityType), field, value });
      const rows = device.sent.get(key) ?? new Map<string, number[]>();
      device.sent.set(key, rows);
      const times = rows.get(String(entityId));
      if (times === undefined) rows.set(String(entityId), [atMs]);
      else times.push(atMs);
    }
  }
}

/**
 * When a value that was written left the device first. Few values are of one row alone: those of another one tell nothing, unless
 * there is but one, which is then this one under the id that the server knows it by.
 */
function firstSent({ sent }: DeviceTime, meant: Meant): number | undefined {
  const rows = sent.get(sentKey(meant));
  const times = rows?.get(meant.entityId) ?? (rows?.size === 1 ? [...rows.values()][0] : undefined);
  return times?.find((atMs) => atMs >= meant.atMs);
}

function sentKey({ entityType, field, value }: Pick<Meant, 'entityType' | 'field' | 'value'>): string {
  return `${entityType} ${field} ${canonicalJson(value)}`;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
