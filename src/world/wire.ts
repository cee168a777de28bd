import type {
  PullAnswer,
  PullRequest,
  PushRequest,
  ResolveRequest,
  Result,
  ServerRow,
} from '../core/protocol/messages.ts';
import type { CallOutcome } from '../core/sync/call.ts';
import type { JsonObject } from '../lib/json.ts';

type Change = PushRequest['changes'][number];
type Resolution = ResolveRequest['resolutions'][number];

/** The changes in a record of a request, in their order. */
export function changesIn({ call, body }: JsonObject): readonly Change[] {
  return call === 'push' ? (body as unknown as PushRequest).changes : [];
}

/** The decisions in a record of a request. */
export function resolutionsIn({ call, body }: JsonObject): readonly Resolution[] {
  return call === 'resolve' ? (body as unknown as ResolveRequest).resolutions : [];
}

/** The request of a pull, or null for other calls. */
export function pullIn({ call, body }: JsonObject): PullRequest | null {
  return call === 'pull' ? (body as unknown as PullRequest) : null;
}

/** The outcome in a record of an answer. */
export function outcomeIn({ outcome }: JsonObject): CallOutcome {
  return outcome as unknown as CallOutcome;
}

/** The page in a record of an answer, or null when it is none. Faults may make anything of a body. */
export function pageIn(data: JsonObject): PullAnswer | null {
  const body = bodyOf(data);
  return data.call === 'pull' && Array.isArray(body?.changes) ? (body as unknown as PullAnswer) : null;
}

/** The verdicts in a record of an answer, of whatever call; those that say "later" are none. */
export function verdictsIn(data: JsonObject): readonly Result[] {
  const body = bodyOf(data);
  const results = data.call === 'pull' ? body?.settled : body?.results;
  return Array.isArray(results)
    ? (results as unknown as readonly Result[]).filter(({ status }) => status !== 'retry')
    : [];
}

/** The rows in a record of an answer: those of a page, and those beside verdicts. */
export function rowsIn(data: JsonObject): readonly ServerRow[] {
  const beside = verdictsIn(data).flatMap(({ row }) => row ?? []);
  return [...(pageIn(data)?.changes ?? []), ...beside];
}

function bodyOf(data: JsonObject): JsonObject | null {
  const outcome = outcomeIn(data);
  const body = outcome.kind === 'answer' ? outcome.body : null;
  return typeof body === 'object' && body !== null ? (body as JsonObject) : null;
}
