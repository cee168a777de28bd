import type { Json, JsonObject } from '../lib/json.ts';
import type { TraceRecord } from '../trace/record.ts';

/** What a campaign has to bring about somewhere, lest its invariants hold only because nothing happened. */
export const goals = {
  'same field edited concurrently': 'two devices of a user edited one field, and neither could know of the other',
  'deleted here, edited there': 'a row was deleted on one device while an edit of another one was on its way',
  'answer lost after commit': 'the server took a push, and the device never heard of it',
  'killed with a change in flight': 'an app died while a push was on the wire',
  'answer for a dead life': 'an answer came for an app that had died meanwhile',
  'change sent again': 'a change was sent a second time',
  'change refused': 'the server refused a change',
  'group refused': 'the server refused edits that were made as one',
  'change met a conflict': 'the server had a newer value than the one that a change was made upon',
  'cursor expired': 'a device was told that its place in the changes is gone',
  'returned after a purge': 'a device without a line missed a purge of tombstones, and came back',
  'new epoch while changes waited': 'the server began a new epoch while changes were unsettled',
  'edited while signed out': 'a device was refused a new token, and its user went on',
  'storage refused an edit': 'an edit met a storage that was full or busy',
  'commits lost': 'a power cut took commits',
  'pulled in pages': 'a pull took more than one page',
} as const;

/** Name of a goal. */
export type Goal = keyof typeof goals;

/** Watches the records of one run for the goals that it reaches. */
export class GoalWatch {
  readonly reached = new Set<Goal>();
  /** Pushes on the wire by device. */
  readonly #wire = new Map<string, Set<string>>();
  readonly #sent = new Set<string>();
  readonly #committed = new Set<string>();
  readonly #offline = new Set<string>();
  readonly #missedPurge = new Set<string>();
  readonly #signedOut = new Set<string>();
  readonly #groups = new Set<string>();
  readonly #open = new OpenEdits();
  #arrived = '';

  /** Takes the next record. */
  readonly record = (record: TraceRecord): void => {
    const heed = this.#heeds[record.kind];
    if (heed !== undefined) heed(record);
  };

  readonly #heeds: Partial<Record<TraceRecord['kind'], (record: TraceRecord) => void>> = {
    call: (record) => this.#onCall(record),
    arrived: ({ data }) => {
      this.#arrived = String(data.callId);
    },
    'server-commit': () => this.#committed.add(this.#arrived),
    answer: (record) => this.#onAnswer(record),
    dropped: () => this.reached.add('answer for a dead life'),
    verdict: ({ data }) => this.#onVerdict(data),
    life: (record) => this.#onLife(record),
    line: ({ lane, data }) => {
      if (data.online === false) this.#offline.add(lane);
      if (data.online === true) this.#offline.delete(lane);
    },
    server: ({ data }) => this.#onServer(data),
    edit: (record) => this.#onEdit(record),
    refused: ({ data }) => {
      const code = (data.problem as JsonObject | undefined)?.code;
      if (code === 'full' || code === 'busy') this.reached.add('storage refused an edit');
    },
  };

  #onCall({ lane, data }: TraceRecord): void {
    const changes = data.call === 'push' ? ((data.body as JsonObject).changes as readonly JsonObject[]) : [];
    if (data.call === 'push') this.#wireOf(lane).add(String(data.callId));
    for (const { id } of changes) {
      if (this.#sent.has(String(id))) this.reached.add('change sent again');
      this.#sent.add(String(id));
    }
  }

  #onAnswer({ lane, data }: TraceRecord): void {
    const { callId, call } = data;
    const outcome = data.outcome as JsonObject;
    this.#wireOf(lane).delete(String(callId));
    if (outcome.kind === 'failure' && this.#committed.has(String(callId))) this.reached.add('answer lost after commit');
    if (outcome.kind === 'unauthenticated') this.#signedOut.add(lane);
    if (outcome.kind === 'answer') this.#signedOut.delete(lane);
    if (codeOf(outcome) === 'cursor_expired') this.reached.add('cursor expired');
    if (call !== 'pull' || outcome.kind !== 'answer') return;
    if ((outcome.body as JsonObject | undefined)?.hasMore === true) this.reached.add('pulled in pages');
    if (this.#missedPurge.delete(lane)) this.reached.add('returned after a purge');
  }

  #onVerdict({ changeId, status }: JsonObject): void {
    this.#open.settled(String(changeId));
    if (status === 'conflict') this.reached.add('change met a conflict');
    if (status !== 'rejected') return;
    this.reached.add('change refused');
    if (this.#groups.has(String(changeId))) this.reached.add('group refused');
  }

  #onLife({ lane, data }: TraceRecord): void {
    if (data.change !== 'killed') return;
    if (this.#wireOf(lane).size > 0) this.reached.add('killed with a change in flight');
    this.#wireOf(lane).clear();
    if (typeof data.lostCommits === 'number' && data.lostCommits > 0) this.reached.add('commits lost');
  }

  #onServer({ change }: JsonObject): void {
    if (change === 'purged') for (const device of this.#offline) this.#missedPurge.add(device);
    if (change === 'restored' && this.#open.any) this.reached.add('new epoch while changes waited');
  }

  #onEdit({ lane, data }: TraceRecord): void {
    const ids = (data.changeIds ?? []) as readonly string[];
    const edits = data.edits as readonly JsonObject[];
    if (edits.length > 1) for (const id of ids) this.#groups.add(id);
    if (this.#signedOut.has(lane)) this.reached.add('edited while signed out');
    for (const goal of this.#open.add(lane, edits, ids)) this.reached.add(goal);
  }

  #wireOf(device: string): Set<string> {
    const wire = this.#wire.get(device) ?? new Set();
    this.#wire.set(device, wire);
    return wire;
  }
}

/** Edits that the server has not judged: nobody but their device can know of them. */
class OpenEdits {
  readonly #byRow = new Map<
    string,
    { readonly by: string; readonly fields: readonly string[]; readonly ids: Set<string> }[]
  >();
  readonly #rowOf = new Map<string, Set<string>>();

  get any(): boolean {
    return this.#rowOf.size > 0;
  }

  /** Notes edits of a device; gives the goals that they reach. */
  add(by: string, edits: readonly JsonObject[], ids: readonly string[]): readonly Goal[] {
    const reached: Goal[] = [];
    for (const edit of edits) {
      const row = `${String(edit.entityType)} ${String(edit.entityId)}`;
      const fields = fieldsOf(edit);
      for (const other of this.#byRow.get(row) ?? []) {
        if (other.by === by) continue;
        if (edit.action === 'delete') reached.push('deleted here, edited there');
        if (fields.some((field) => other.fields.includes(field))) reached.push('same field edited concurrently');
      }
      this.#byRow.set(row, [...(this.#byRow.get(row) ?? []), { by, fields, ids: new Set(ids) }]);
      for (const id of ids) this.#rowOf.set(id, (this.#rowOf.get(id) ?? new Set()).add(row));
    }
    return reached;
  }

  /** The server has judged a change. */
  settled(id: string): void {
    for (const row of this.#rowOf.get(id) ?? []) {
      const left = (this.#byRow.get(row) ?? []).filter(({ ids }) => !ids.has(id));
      if (left.length > 0) this.#byRow.set(row, left);
      else this.#byRow.delete(row);
    }
    this.#rowOf.delete(id);
  }
}

function fieldsOf(edit: JsonObject): readonly string[] {
  const values: Json | undefined = edit.action === 'create' ? edit.data : edit.set;
  return Object.keys((values ?? {}) as JsonObject);
}

function codeOf(outcome: JsonObject): Json | undefined {
  return (outcome.problem as JsonObject | undefined)?.code;
}
