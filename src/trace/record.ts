import type { JsonObject } from '../lib/json.ts';

/**
 * The kinds of a run's events, each with what it means. Runs write them, reports read them; a new kind is added here
 * first. The player of scenarios writes `run`, `phase`, `note`, `step`, `expect`, `edit`, `refused` and `end`; the stage
 * writes all others.
 */
export const traceKinds = {
  run: 'a run begins: scenario, case, seed, stage',
  phase: 'a part of the story begins: text',
  note: 'a remark of the author: text',
  step: 'a step begins: actor, text, place',
  expect: 'an expectation was judged: place, text, holds, because',
  line: 'a line was cut or given back: online',
  life: 'an app was started or killed: change (started, killed), life',
  phone: 'something happened to the phone around the app: change, as a sentence without its subject',
  clock: 'a clock was set: offsetMs, or jumpMs',
  edit: 'the app wrote: action, entityType, entityId, changeIds, data, label',
  refused: 'the app was refused a write: action, entityType, entityId, problem',
  event: 'the engine took an event: name, detail',
  commit: 'the engine made writes durable: writes',
  call: 'a request left the device: callId, call, body',
  arrived: 'a request reached the server: callId, call, from',
  answer: 'an outcome came back to the device: callId, call, outcome',
  dropped: 'an answer was for an earlier life: callId, reason',
  fault: 'a fault struck: fault, call, callId',
  verdict: 'the server judged a change: changeId, status, entityType, entityId, version',
  'server-commit': 'the server made an effect durable: changeId, entityType, entityId, version, body',
  server: 'the server was stopped, started, purged or restored: change',
  notice: 'the user was told: notice',
  end: 'the run ended: verdict',
} as const;

/** Kind of a trace record. */
export type TraceKind = keyof typeof traceKinds;

/** One thing that happened in a run. */
export interface TraceRecord {
  readonly kind: TraceKind;
  /** Time since the start of the story, ms. */
  readonly atMs: number;
  /** Where: a device's name, `server`, `network`, or `story` for the player. */
  readonly lane: string;
  readonly data: JsonObject;
}

/** Takes records in the order they happen. Must not throw. */
export type TraceSink = (record: TraceRecord) => void;

/** The sink of a run that nobody reads: whoever writes may see by it that no record is wanted. */
export const ignoreTrace: TraceSink = () => undefined;

/**
 * Plain data as a record carries it: shared, not copied, since nobody changes what was told. Members that are
 * `undefined` are as if absent, to the hash and to every JSON text of the record.
 */
export function traceData(data: Readonly<Record<string, unknown>>): JsonObject {
  return data as JsonObject;
}
