import { brandId, type EntityKey, type UserId } from '../core/ids.ts';
import { type DigestAnswer, digestAnswerSchema, protocolVersion, pushAnswerSchema } from '../core/protocol/messages.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { JsonObject } from '../lib/json.ts';
import { compareText } from '../lib/order.ts';
import type { ServerAnswer, ServerCall } from '../server/decide-call.ts';
import type { UserReads } from '../server/store/store.ts';
import type { ServerWriteOutcome, StageRow, StageVersion, VerdictCounts } from './server.ts';

/** The name under which a story itself writes to the server. */
export const storyDevice = 'story';

const everyRow = { limit: Number.MAX_SAFE_INTEGER, bytesMax: Number.MAX_SAFE_INTEGER };

/** The live row as a user sees it: the catalogue's part below, the user's own above. */
export function rowSeen(view: UserReads, key: EntityKey): StageRow | null {
  const own = view.row(key);
  const shared = view.catalogueRow(key);
  const live = [shared, own].filter((row) => row !== undefined && !row.deleted && row.dataJson !== null);
  if (live.length === 0 || own?.deleted === true) return null;
  const data = Object.assign({}, ...live.map((row) => JSON.parse(row?.dataJson ?? '{}') as JsonObject)) as JsonObject;
  const { entityType, entityId } = key;
  return { entityType, entityId, version: (own ?? shared)?.version ?? 0, data };
}

/** All live rows of a type as a user sees them, in order of their ids. */
export function rowsSeen(view: UserReads, entityType: string): readonly StageRow[] {
  const { rows } = view.cataloguePage([{ entityType, after: 0 }], everyRow);
  const ids = new Set([...view.liveRows(entityType), ...rows].map(({ entityId }) => entityId));
  return [...ids].sort(compareText).flatMap((entityId) => rowSeen(view, { entityType, entityId }) ?? []);
}

/** How often each change took effect; those without any are left out. */
export function effectsSeen(view: UserReads, changeIds: readonly string[]): ReadonlyMap<string, number> {
  const all = view.effects();
  const counts = changeIds.map((id) => [id, all.get(id) ?? 0] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

/** The versions of a row, oldest first. */
export function historySeen(view: UserReads, key: EntityKey): readonly StageVersion[] {
  const objectOf = (json: string | null): JsonObject | null =>
    json === null ? null : (JSON.parse(json) as JsonObject);
  return view.history(key).map(({ version, deleted, dataJson, lostJson, origin: { changeId } }) => {
    return { version, deleted, changeId, data: objectOf(dataJson), lost: objectOf(lostJson) };
  });
}

/** How many verdicts of each kind are stored. */
export function verdictsSeen(view: UserReads): VerdictCounts {
  const counts = { applied: 0, conflict: 0, rejected: 0 };
  for (const { status } of view.verdicts()) counts[status] += 1;
  return counts;
}

/** A call that the story makes itself, beside the network. */
export function storyCall(name: CallName, user: string, body: unknown): ServerCall {
  const call = { name, user: brandId<UserId>(user), body, deviceId: null, schemaVersion: null, appVersion: null };
  return { ...call, protocolVersion };
}

/** The body that pushes one change of the story's. */
export function storyPush(epoch: string, change: object): object {
  const sender = { deviceId: storyDevice, registered: false, incarnation: storyDevice, previousIncarnations: [] };
  return { ...sender, epoch, changes: [change] };
}

/** What the server said to a push of one change. */
export function storyOutcome(answer: ServerAnswer, changeId: string): ServerWriteOutcome {
  if (answer.status !== 200) return { ok: false, reason: answer.body };
  const result = pushAnswerSchema.parse(JSON.parse(answer.body)).results[0];
  if (result?.status === 'applied') return { ok: true, changeId };
  const { code, detail } = result?.problem ?? { code: 'no verdict' };
  const said = `${result?.status ?? 'unanswered'}: ${code}`;
  return { ok: false, reason: detail === undefined ? said : `${said}, ${detail}` };
}

/** The digests in an answer. */
export function digestsIn(answer: ServerAnswer): DigestAnswer['types'] {
  return digestAnswerSchema.parse(JSON.parse(answer.body)).types;
}
