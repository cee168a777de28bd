import { keyText } from '../../../src/core/ids.ts';
import type { RecordRow } from '../../../src/core/model/record.ts';
import type { Change, Resolution } from '../../../src/core/protocol/messages.ts';
import { isIncrement } from '../../../src/core/queue/effect.ts';
import type { Item } from '../../../src/core/queue/item.ts';
import type { Acknowledged, LogEntry } from '../../../src/core/sync/tables.ts';
import { canonicalJson, type Json, type JsonObject } from '../../../src/lib/json.ts';
import type { CoreDevice } from './core-device.ts';

/** What a device's store holds at one moment, as far as the laws speak of it. */
interface Picture {
  readonly items: readonly Item[];
  readonly records: ReadonlyMap<string, RecordRow>;
  readonly journal: readonly Acknowledged[];
  readonly log: readonly LogEntry[];
  readonly cursor: string | null;
  readonly calls: CoreDevice['calls'];
}

/** A step of a device: what its store held, and the answer that it was about. */
interface Step {
  readonly before: Picture;
  readonly after: Picture;
  readonly answer: JsonObject | null;
}

function pictureOf(device: CoreDevice): Picture {
  const { records, journal } = device.storage.read((rows) => ({
    records: rows.scan('records'),
    journal: rows.scan('journal'),
  }));
  return {
    items: device.queue,
    records: new Map(records.map((record) => [keyText(record), record])),
    journal,
    log: device.log,
    cursor: device.meta('server').cursor,
    calls: device.calls,
  };
}

/** Compares a device before and after each step with laws 1 to 7, and keeps what does not hold. */
export class LawWatch {
  readonly violations: string[] = [];
  /** Versions of each row that a device was ever told, by device. */
  readonly #told = new Map<CoreDevice, Map<string, Set<number>>>();
  /** Changes and decisions that a request carried and that have no verdict yet, by id, for each device. */
  readonly #handed = new Map<CoreDevice, Map<string, Change | Resolution>>();
  #before: Picture | null = null;

  before(device: CoreDevice): void {
    this.#before = pictureOf(device);
  }

  /** `answer`: the body of the 200 that the step was about, if it was about one. */
  after(device: CoreDevice, answer: JsonObject | null): void {
    const before = this.#before as Picture;
    const after = pictureOf(device);
    this.#listen(device, answer);
    this.#atomicEnqueue(device, after);
    this.#noSilentDrop(before, after);
    this.#order(before, after);
    this.#frozen(device, { before, after, answer });
    this.#base(device, after);
    this.#cursor(before, after, answer);
  }

  #say(law: number, what: string): void {
    this.violations.push(`law ${law}: ${what}`);
  }

  #listen(device: CoreDevice, answer: JsonObject | null): void {
    const told = this.#told.get(device) ?? new Map<string, Set<number>>();
    this.#told.set(device, told);
    const note = (key: string, version: Json | undefined): void => {
      if (typeof version === 'number') told.set(key, (told.get(key) ?? new Set()).add(version));
    };
    const results = resultsOf(answer);
    for (const { version } of results) note('any', version);
    const rows = [...results.map(({ row }) => row), ...((answer?.changes ?? []) as readonly Json[])];
    for (const row of rows as readonly (JsonObject | undefined)[])
      if (row !== undefined) note(`${String(row.entityType)}/${String(row.entityId)}`, row.version);
  }

  /** Law 1: row, items and base say the same of each other after every commit. */
  #atomicEnqueue(device: CoreDevice, { items, records }: Picture): void {
    const count = new Map<string, number>();
    for (const item of items) count.set(keyText(item), (count.get(keyText(item)) ?? 0) + 1);
    for (const [key, many] of count) if (!records.has(key)) this.#say(1, `${key} has ${many} items and no record`);
    for (const [key, record] of records) {
      if (record.items !== (count.get(key) ?? 0)) this.#say(1, `${key} counts ${record.items} items`);
      if (record.conflict === null) continue;
      if (device.item(record.conflict) === undefined) this.#say(1, `${key} has a conflict of a change that left`);
    }
  }

  /** Law 3: what left the queue is acknowledged or in the log. */
  #noSilentDrop(before: Picture, after: Picture): void {
    const left = new Map<string, Item>(before.items.map((item) => [item.id, item]));
    for (const { id } of after.items) left.delete(id);
    if (left.size === 0) return;
    for (const { id } of after.journal) left.delete(id);
    for (const { changeId } of after.log) if (changeId !== null) left.delete(changeId);
    for (const item of left.values()) this.#say(3, `${JSON.stringify(item)} left without a trace`);
  }

  /** Law 4: what is handed over has nothing of its row before it, and nothing that it depends on, without a verdict. */
  #order(before: Picture, after: Picture): void {
    for (const call of after.calls.filter((each) => !before.calls.includes(each))) {
      const changes = (call.body as { readonly changes?: readonly Change[] }).changes ?? [];
      const ahead = new Set<string>();
      for (const { id } of changes) {
        const item = after.items.find((other) => other.id === id);
        if (item === undefined) continue;
        const held = after.items.find((earlier) => !ahead.has(earlier.id) && mustGoFirst(earlier, item));
        if (held !== undefined) this.#say(4, `${id} was sent ahead of ${held.id} (${held.state})`);
        ahead.add(id);
      }
    }
  }

  /**
   * Law 5: what a request carried neither changes nor leaves before a verdict on it, or on the decision about it, and goes out
   * with the same body each time. What was handed over is known from the line alone.
   */
  #frozen(device: CoreDevice, { before, after, answer }: Step): void {
    const handed = this.#handed.get(device) ?? new Map<string, Change | Resolution>();
    this.#handed.set(device, handed);
    for (const { id, status } of resultsOf(answer)) {
      if (status === 'retry') continue;
      const decision = handed.get(String(id));
      if (decision !== undefined && 'changeId' in decision) handed.delete(decision.changeId);
      handed.delete(String(id));
    }
    for (const body of handed.values()) {
      if ('changeId' in body) this.#frozenDecision(body, { before, after });
      else this.#frozenChange(body, { before, after });
    }
    for (const body of bodiesOf(after.calls.filter((each) => !before.calls.includes(each)))) {
      const first = handed.get(body.id);
      if (first !== undefined && canonicalJson(first as never) !== canonicalJson(body as never))
        this.#say(5, `${body.id} went out again with another body`);
      handed.set(body.id, body);
    }
  }

  #frozenChange({ id }: Change, { before, after }: Pick<Step, 'before' | 'after'>): void {
    const item = before.items.find((other) => other.id === id);
    const now = after.items.find((other) => other.id === id);
    if (item === undefined) return;
    if (now === undefined) this.#say(5, `frozen change ${id} left without a verdict`);
    else if (bodyOf(now) !== bodyOf(item)) this.#say(5, `frozen change ${id}: ${bodyOf(item)} is ${bodyOf(now)}`);
  }

  #frozenDecision(body: Resolution, { before, after }: Pick<Step, 'before' | 'after'>): void {
    const item = before.items.find(({ resolution }) => resolution?.body.id === body.id);
    const now = after.items.find(({ id }) => id === item?.id)?.resolution?.body ?? null;
    if (item !== undefined && canonicalJson(now as never) !== canonicalJson(body as never))
      this.#say(5, `the decision ${body.id} changed after it was handed over`);
  }

  /** Law 6: a base is at a version that the server said. */
  #base(device: CoreDevice, { records }: Picture): void {
    const told = this.#told.get(device);
    for (const [key, { base }] of records) {
      if (base === null || told?.get(key)?.has(base.version) === true) continue;
      if (!(base.folded && told?.get('any')?.has(base.version) === true))
        this.#say(6, `the base of ${key} is at ${base.version}, which no answer named`);
    }
  }

  /** Law 7: the cursor moves with a page, to that of the page, or a full resync begins without one. */
  #cursor(before: Picture, after: Picture, answer: JsonObject | null): void {
    if (before.cursor === after.cursor) return;
    const anew = after.cursor === null && after.log.slice(before.log.length).some(({ kind }) => kind === 'resynced');
    if (anew) return;
    if (answer === null || answer.cursor !== after.cursor) this.#say(7, `the cursor moved without a page`);
  }
}

/** Whether an earlier item of a row, or one that is depended on, has to have its verdict first. */
function mustGoFirst(earlier: Item, item: Item): boolean {
  if (earlier.id === item.id || earlier.settledAt !== null) return false;
  if (item.dependsOn.includes(earlier.id)) return true;
  if (item.action === 'DELETE' && earlier.place < item.place && earlier.parents.includes(keyText(item)))
    return ['pending', 'inFlight', 'unsettled'].includes(earlier.state);
  if (keyText(earlier) !== keyText(item) || earlier.place > item.place) return false;
  if (earlier.state === 'conflict' || (earlier.group !== null && earlier.group === item.group)) return false;
  return !isIncrement(item) || earlier.action === 'CREATE' || earlier.revives;
}

/** The changes and decisions that calls carry. */
function bodiesOf(calls: Picture['calls']): readonly (Change | Resolution)[] {
  return calls.flatMap(({ body }) => {
    const { changes = [], resolutions = [] } = body as {
      readonly changes?: readonly Change[];
      readonly resolutions?: readonly Resolution[];
    };
    return [...changes, ...resolutions];
  });
}

function resultsOf(answer: JsonObject | null): readonly JsonObject[] {
  return [...((answer?.results ?? []) as readonly JsonObject[]), ...((answer?.settled ?? []) as readonly JsonObject[])];
}

/** What is frozen of an item once it was handed over. */
function bodyOf({ action, data, increments, stamps, baseVersion, seq }: Item): string {
  return canonicalJson([action, data, increments, { ...stamps }, baseVersion, seq]);
}
