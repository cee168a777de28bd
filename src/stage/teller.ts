import type { Change, Resolution, Result } from '../core/protocol/messages.ts';
import type { CallName } from '../core/protocol/paths.ts';
import { unreachable } from '../lib/assert.ts';
import type { Observation } from '../ports/observer.ts';
import { ignoreTrace, type TraceKind, type TraceSink, traceData } from '../trace/record.ts';

/** One request and its answer as the server saw them. */
export interface ServedExchange {
  readonly call: CallName;
  readonly deviceId: string;
  /** The request's body, parsed JSON. */
  readonly asked: unknown;
  /** The answer's body, parsed JSON; asked for only when somebody reads the trace. */
  readonly answered: () => unknown;
}

/** Tells the trace of a run what happens on a stage, in the words that reports read. */
export class Teller {
  readonly #trace: TraceSink;
  readonly #nowMs: () => number;

  /** `nowMs`: time since the start of the story. */
  constructor(trace: TraceSink, nowMs: () => number) {
    this.#trace = trace;
    this.#nowMs = nowMs;
  }

  /** One record; the data is copied, and not even looked at when nobody listens. */
  tell(kind: TraceKind, lane: string, data: Readonly<Record<string, unknown>>): void {
    if (this.#trace === ignoreTrace) return;
    this.#trace({ kind, atMs: this.#nowMs(), lane, data: traceData(data) });
  }

  /** What the engine did on a device. Calls are named by `callName`, unique in the story. */
  observed(lane: string, observation: Observation, callName: (callId: string) => string): void {
    if (this.#trace === ignoreTrace) return;
    const { kind, data } = storyOf(observation, callName);
    this.tell(kind, lane, data);
  }

  /** The verdicts that the server gave for the first time in this exchange, and the effects it made durable. */
  served(exchange: ServedExchange): void {
    if (this.#trace === ignoreTrace) return;
    const asked = askedOf(exchange);
    for (const result of resultsOf(exchange)) {
      const change = asked.get(result.id);
      if (change !== undefined && result.status !== 'duplicate') this.#judged(result, change, exchange.deviceId);
    }
  }

  #judged(result: Result, change: Change | Resolution, deviceId: string): void {
    const { id, status, version, row, problem } = result;
    const { entityType, entityId } = change;
    const at = version ?? row?.version;
    this.tell('verdict', 'server', {
      changeId: id,
      status,
      entityType,
      entityId,
      version: at,
      deviceId,
      code: problem?.code,
    });
    if (status !== 'applied') return;
    const body = 'action' in change ? { action: change.action, data: change.data } : { outcome: change.outcome };
    this.tell('server-commit', 'server', { changeId: id, entityType, entityId, version: at, body });
  }
}

/** The trace record of an observation. */
function storyOf(
  observation: Observation,
  callName: (callId: string) => string,
): { readonly kind: TraceKind; readonly data: Readonly<Record<string, unknown>> } {
  switch (observation.kind) {
    case 'event':
      return { kind: 'event', data: { name: observation.name, detail: observation.detail } };
    case 'commit':
      return { kind: 'commit', data: { writes: observation.writes } };
    case 'sent': {
      const { id, name, body } = observation.call;
      return { kind: 'call', data: { callId: callName(id), call: name, body } };
    }
    case 'answered': {
      const { callId, name, outcome } = observation;
      return { kind: 'answer', data: { callId: callName(callId), call: name, outcome } };
    }
    case 'dropped':
      return { kind: 'dropped', data: { callId: callName(observation.callId), reason: observation.reason } };
    case 'notice':
      return { kind: 'notice', data: { notice: observation.notice } };
    case 'life':
      return { kind: 'event', data: { name: 'life', detail: `holds the lease as life ${observation.life}` } };
    default:
      return unreachable(observation);
  }
}

function askedOf({ asked }: ServedExchange): ReadonlyMap<string, Change | Resolution> {
  const { changes, resolutions } = asked as {
    readonly changes?: readonly Change[];
    readonly resolutions?: readonly Resolution[];
  };
  const items: readonly (Change | Resolution)[] = listOf(changes) ?? listOf(resolutions) ?? [];
  return new Map(items.map((item) => [item.id, item]));
}

function resultsOf({ answered }: ServedExchange): readonly Result[] {
  return listOf((answered() as { readonly results?: readonly Result[] } | null)?.results) ?? [];
}

/** The list, or null for what is none: bodies are whatever was on the wire. */
function listOf<T>(value: readonly T[] | undefined): readonly T[] | null {
  return Array.isArray(value) ? value : null;
}
