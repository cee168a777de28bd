import type { EntityKey } from '../core/ids.ts';
import { decodePull, decodePush } from '../core/protocol/codec.ts';
import type { PullAnswer, PushAnswer, Result, ServerRow } from '../core/protocol/messages.ts';
import { calls } from '../core/protocol/paths.ts';
import type { ChangeBody, ResolutionBody } from './changes.ts';
import type { Answer, ProbeLine } from './line.ts';
import { check, shown, Unprepared } from './outcome.ts';
import type { ProbeUser } from './users.ts';

/** What a device is made of. */
export interface DeviceParts {
  readonly id: string;
  readonly user: ProbeUser;
  readonly line: ProbeLine;
  /** Addresses that answered 200 in this run. */
  readonly served: Set<string>;
  readonly newId: () => string;
  /** Server time as far as it is known, ms. */
  readonly nowMs: () => number;
}

/** What says nothing about the request: tokens that ended, and servers that are busy or away. */
const passing: ReadonlySet<number> = new Set([401, 403, 429, 502, 503, 504]);

type Decode<T> = (
  body: unknown,
) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string };

type More = Partial<ChangeBody>;
const roundsMax = 8;
const pagesMax = 10_000;

/** A device without an engine: it says exactly what a probe wants said, and keeps only what the protocol asks of it. */
export class ProbeDevice {
  readonly id: string;
  readonly user: ProbeUser;
  registered = false;
  epoch: string | null = null;
  incarnation: string;
  previousIncarnations: readonly string[] = [];
  /** Where `follow` goes on. */
  cursor: string | null = null;
  readonly #parts: DeviceParts;
  #seq = 0;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.user = parts.user;
    this.incarnation = parts.newId();
  }

  /** A change that makes a row. */
  create(key: EntityKey, data: NonNullable<ChangeBody['data']>, more: More = {}): ChangeBody {
    return this.#change({ ...key, action: 'CREATE', baseVersion: null, data }, more);
  }

  /** A change of some fields of a row. */
  update(
    key: EntityKey,
    data: NonNullable<ChangeBody['data']>,
    more: More & { readonly baseVersion: number },
  ): ChangeBody {
    return this.#change({ ...key, action: 'UPDATE', data, baseVersion: more.baseVersion }, more);
  }

  /** A change that adds to counters. */
  add(
    key: EntityKey,
    increments: Readonly<Record<string, number>>,
    more: More & { readonly baseVersion: number },
  ): ChangeBody {
    return this.#change(
      { ...key, action: 'UPDATE', data: null, baseVersion: more.baseVersion },
      { increments, ...more },
    );
  }

  /** A change that deletes a row. */
  remove(key: EntityKey, baseVersion: number, more: More = {}): ChangeBody {
    return this.#change(
      { ...key, action: 'DELETE', data: null, baseVersion },
      { stamps: { '*': this.stamp() }, ...more },
    );
  }

  /** A decision about a change. */
  resolution(
    of: Pick<ResolutionBody, 'changeId' | 'againstVersion' | 'outcome'> & EntityKey,
    more: Partial<ResolutionBody> = {},
  ): ResolutionBody {
    const { entityType, entityId, changeId, againstVersion, outcome } = of;
    const base = { id: this.#parts.newId(), changeId, entityType, entityId, againstVersion, outcome };
    return { ...base, data: null, stamps: this.stampsOf(more.data ?? {}), ...more };
  }

  /** A stamp of this moment, or of one so many ms later. */
  stamp(laterMs = 0): string {
    return `${String(Math.floor(this.#parts.nowMs() + laterMs)).padStart(13, '0')}-0000-${this.id}`;
  }

  /** One stamp for all these fields. */
  stampsOf(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
    const stamp = this.stamp();
    return Object.fromEntries(Object.keys(data).map((field) => [field, stamp]));
  }

  /** A place in the queue that was not used yet. */
  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** What every push and resolve says of its sender. */
  sender(): Readonly<Record<string, unknown>> {
    const { id: deviceId, registered, incarnation, previousIncarnations, epoch } = this;
    return { deviceId, registered, incarnation, previousIncarnations, epoch };
  }

  /** Asks at one of the protocol's addresses, as this device's user. */
  ask(
    path: string,
    body: unknown,
    more: { readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> {
    const headers = { 'x-device-id': this.id, ...more.headers };
    return this.#parts.line.ask({ path, user: this.user, body, headers });
  }

  /** Pulls with these members; whatever the answer is. */
  askPull(body: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.ask(calls.pull.path, { deviceId: this.id, registered: this.registered, ...body });
  }

  /** One page from the cursor given, or from the beginning. */
  async pull(body: Readonly<Record<string, unknown>> = {}): Promise<PullAnswer> {
    const page = this.#sound(calls.pull.path, await this.askPull(body), decodePull);
    this.#heard(page.epoch);
    return page;
  }

  /** All pages from the device's own cursor to the end; the cursor moves along. */
  async follow(body: Readonly<Record<string, unknown>> = {}): Promise<readonly ServerRow[]> {
    const rows: ServerRow[] = [];
    for (let pages = 0; pages < pagesMax; pages += 1) {
      const page = await this.pull({ ...(this.cursor === null ? {} : { cursor: this.cursor }), ...body });
      rows.push(...page.changes);
      const isStuck = page.hasMore && page.changes.length === 0 && page.cursor === this.cursor;
      this.cursor = page.cursor;
      if (isStuck) throw new Unprepared('pages go on for ever: hasMore without a row and without a new cursor');
      if (!page.hasMore) return rows;
    }
    throw new Unprepared(`more than ${pagesMax} pages`);
  }

  /** Everything that the server has of the types, from the beginning, newest per row; the own cursor stays. */
  async everything(entityTypes: readonly string[]): Promise<readonly ServerRow[]> {
    const held = this.cursor;
    this.cursor = null;
    const rows = await this.follow({ entityTypes }).finally(() => {
      this.cursor = held;
    });
    return [...new Map(rows.map((row) => [`${row.entityType}/${row.part}/${row.entityId}`, row])).values()];
  }

  /** The user's part of a row as a fresh pull has it, or undefined. */
  async row(key: EntityKey): Promise<ServerRow | undefined> {
    const rows = await this.everything([key.entityType]);
    return rows.find(({ entityId, part }) => entityId === key.entityId && part === 'user');
  }

  /** Pushes these, whatever the answer is. `more` replaces what the envelope says. */
  askPush(changes: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.ask(calls.push.path, { ...this.sender(), changes, ...more });
  }

  /** Pushes these together; the verdict on each. What the server could not decide now is asked again. */
  async push(...changes: readonly ChangeBody[]): Promise<Verdicts> {
    return this.#settle(calls.push.path, changes, (items) => this.askPush(items));
  }

  /** Resolves with these, whatever the answer is. */
  askResolve(resolutions: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.ask(calls.resolve.path, { ...this.sender(), resolutions, ...more });
  }

  /** Resolves with these; the verdict on each. */
  async resolve(...resolutions: readonly ResolutionBody[]): Promise<Verdicts> {
    return this.#settle(calls.resolve.path, resolutions, (items) => this.askResolve(items));
  }

  async #settle<T extends { readonly id: string }>(
    path: string,
    items: readonly T[],
    send: (items: readonly T[]) => Promise<Answer>,
  ): Promise<Verdicts> {
    const found = new Map<string, Result>();
    let waiting = items;
    for (let round = 0; round < roundsMax && waiting.length > 0; round += 1) {
      const answer = this.#sound(path, await send(waiting), decodePush);
      this.#heard(answer.epoch);
      for (const result of answer.results) found.set(result.id, result);
      waiting = waiting.filter(({ id }) => isUndecided(found.get(id)));
    }
    return new Verdicts(found);
  }

  /** The answer to a request that nothing is wrong with. Refusing it is a finding once such requests were answered in this run. */
  #sound<T>(path: string, answer: Answer, decode: Decode<T>): T {
    const { served } = this.#parts;
    const isRefused = answer.status !== 200 && !passing.has(answer.status);
    check(!isRefused || !served.has(path), {
      expected: `a sound request to ${path} to be answered 200`,
      saw: `${answer.status} ${shown(answer.json ?? answer.text)}`,
    });
    const read = taken(path, answer, decode);
    served.add(path);
    return read;
  }

  #heard(epoch: string): void {
    this.registered = true;
    this.epoch ??= epoch;
  }

  #change(what: Pick<ChangeBody, 'action' | 'baseVersion' | 'data'> & EntityKey, more: More): ChangeBody {
    const { entityType, entityId, action, baseVersion, data } = what;
    return {
      id: this.#parts.newId(),
      seq: this.nextSeq(),
      entityType,
      entityId,
      action,
      baseVersion,
      data,
      stamps: this.stampsOf(more.data ?? data ?? {}),
      timestamp: Math.floor(this.#parts.nowMs()),
      ...more,
    };
  }
}

/** Verdicts by the id of the change or resolution. */
export class Verdicts {
  readonly #byId: ReadonlyMap<string, Result>;

  constructor(byId: ReadonlyMap<string, Result>) {
    this.#byId = byId;
  }

  /** The verdict on one item. */
  of({ id }: { readonly id: string }): Result {
    const result = this.#byId.get(id);
    if (result === undefined) throw new Unprepared(`the answer has no verdict on ${id}`);
    return result;
  }

  /** The version of an item that has to be applied for the probe to go on. */
  version(item: { readonly id: string }): number {
    const { status, version, problem } = this.of(item);
    if (status === 'applied' && version !== undefined) return version;
    throw new Unprepared(`a sound change was answered ${status} ${shown(problem?.code)}`);
  }
}

/** `retry` without a code: the server could not decide now. */
function isUndecided(result: Result | undefined): boolean {
  return result?.status === 'retry' && result.problem?.code === undefined;
}

/** The answer read as the protocol says; Unprepared for any other. */
function taken<T>(what: string, answer: Answer, decode: Decode<T>): T {
  if (answer.status !== 200) throw new Unprepared(`${what} was answered ${answer.status} ${shown(answer.text)}`);
  const read = decode(answer.json);
  if (read.ok) return read.value;
  throw new Unprepared(`the answer to ${what} has another shape: ${read.detail}`);
}

/** The results of a push or resolve that was answered 200. */
export function resultsOf(answer: Answer): PushAnswer['results'] {
  return taken('a push or resolve', answer, decodePush).results;
}
