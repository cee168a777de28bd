import * as z from 'zod/mini';
import type { EntityType, Registry } from '../../core/model/registry.ts';
import { type PullRequest, pullRequestSchema } from '../../core/protocol/messages.ts';
import type { Answer } from './answer.ts';
import type { Caller, Context } from './context.ts';
import { decodeCursor, encodeCursor, movedOn, type Position, startPosition } from './cursor.ts';
import { type Refusal, refuse } from './refusal.ts';
import { catalogueRowText, rowText } from './row-text.ts';
import type { Scans } from './scans.ts';
import { schemaDetail } from './schema-detail.ts';
import { checkDevice, isRefusal } from './sender.ts';
import type { DeviceState } from './stored.ts';
import { resolvedIn } from './verdict-answer.ts';

/** Bytes of data after which a page ends at the next number. */
const pageBytes = 4_000_000;
/** More rows than this are never put into one page, whatever `limit` says. */
const pageRowsMax = 10_000;
/** How long before `since` a simple client is given rows again. */
const sinceOverlapMs = 5 * 60_000;
/** A device's last-seen time is written again only after this long: an idle poll shall not cost a write. */
const seenAfterMs = 60_000;

/** Decides a pull: one page of rows after the cursor, and the verdicts asked for, all of one state. */
export function decidePull(context: Context, scans: Scans, body: unknown, caller: Caller): Answer | Refusal {
  const parsed = z.safeParse(pullRequestSchema, body);
  if (!parsed.success) return refuse('invalid_request', schemaDetail(parsed.error));
  const request = parsed.data;
  const device = checkDevice(context, request, caller);
  if (isRefusal(device)) return device;
  const start = startOf(context, scans, request);
  if ('kind' in start) return start;
  const page = readPage(context, scans, {
    start,
    limit: Math.min(pageRowsMax, Math.max(1, request.limit ?? context.limits.pageRows)),
  });
  const cursor = encodeCursor({ epoch: context.epoch, positions: new Map([...start.held, ...page.positions]) });
  const text =
    `{"epoch":${JSON.stringify(context.epoch)},"cursor":${JSON.stringify(cursor)},"hasMore":${page.hasMore},` +
    `"serverTime":${context.nowMs},"changes":[${page.rows.join(',')}],"settled":[${settled(context, request).join(',')}]}`;
  return {
    kind: 'answer',
    writes: seenWrites(context, { device, start, isFresh: request.cursor == null }),
    body: text,
    facts: { cursorLag: lagOf(context, start) },
  };
}

/** How many numbers the position furthest behind lacks; all of them on a first pull. */
function lagOf({ user: { counter } }: Context, { asked }: Start): number {
  let least = counter;
  for (const { user } of asked.values()) least = Math.min(least, user);
  return counter - least;
}

/** Where a pull begins. */
interface Start {
  /** All positions of the cursor it came with, also of types not asked for: those do not move. */
  readonly held: ReadonlyMap<string, Position>;
  /** Positions of the types asked for; 0 for those the cursor does not hold. */
  readonly asked: ReadonlyMap<string, Position>;
}

function startOf(context: Context, scans: Scans, request: PullRequest): Start | Refusal {
  const types = askedTypes(context.registry, request.entityTypes);
  if (request.cursor == null) return startBySince(scans, types, request.since ?? 0);
  const cursor = decodeCursor(request.cursor);
  if (cursor === null) return refuse('cursor_expired', 'The cursor is none of this server.');
  if (cursor.epoch !== context.epoch) return refuse('epoch_changed');
  const asked = new Map<string, Position>();
  for (const type of types) {
    const held = cursor.positions.get(type.name);
    if (held !== undefined && isExpired(context, scans, type, held)) return refuse('cursor_expired');
    asked.set(type.name, held ?? beginning(scans, type));
  }
  return { held: cursor.positions, asked };
}

/** The types asked for, all by default, each once; a type unknown here is as if not asked for. */
export function askedTypes(registry: Registry, names: readonly string[] | undefined): readonly EntityType[] {
  const all = [...registry.types.values()];
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

/** Nothing of the type was delivered: what was purged until now can't be missed. */
function beginning(scans: Scans, type: EntityType): Position {
  const catalogue = type.catalogue ? scans.cataloguePurgedBelow(type.name) : null;
  return startPosition({ user: scans.purgedBelow(type.name), catalogue });
}

/**
 * Whether deletions after this position are gone, or the position lies ahead of the counter, which a server that went
 * back unnoticed would show. At position 0 nothing was delivered, so no deletion can be missed; a pull that began there
 * misses none that were gone when it began.
 */
function isExpired(context: Context, scans: Scans, type: EntityType, held: Position): boolean {
  const counter = context.user.counter;
  if (isBehind({ at: held.user, floor: held.userFloor, counter }, () => scans.purgedBelow(type.name))) return true;
  if (!type.catalogue) return false;
  const shared = { at: held.catalogue ?? 0, floor: held.catalogueFloor, counter: scans.catalogueCounter() };
  return isBehind(shared, () => scans.cataloguePurgedBelow(type.name));
}

/** Who stands at the counter has seen every number, purged ones too: an idle poll of many types looks nothing up. */
function isBehind(
  { at, floor, counter }: { readonly at: number; readonly floor: number; readonly counter: number },
  purgedBelow: () => number,
): boolean {
  if (at >= counter) return at > counter;
  const seen = Math.max(at, floor);
  return seen > 0 && seen < purgedBelow();
}

/** A simple client starts at a time. Above 0 it holds rows, so deletions since then must still be there. */
function startBySince(scans: Scans, types: readonly EntityType[], since: number): Start | Refusal {
  const asked = new Map<string, Position>();
  const beforeMs = since - sinceOverlapMs;
  for (const { name, catalogue } of types) {
    const user = scans.newestBefore(name, beforeMs);
    const shared = catalogue ? scans.catalogueNewestBefore(name, beforeMs) : null;
    const isPurged = user < scans.purgedBelow(name) || (shared !== null && shared < scans.cataloguePurgedBelow(name));
    if (since > 0 && isPurged) return refuse('cursor_expired');
    const floors =
      since > 0
        ? { userFloor: 0, catalogueFloor: 0 }
        : { userFloor: scans.purgedBelow(name), catalogueFloor: catalogue ? scans.cataloguePurgedBelow(name) : 0 };
    asked.set(name, { user, catalogue: shared, ...floors });
  }
  return { held: new Map(), asked };
}

interface Page {
  readonly rows: readonly string[];
  readonly positions: ReadonlyMap<string, Position>;
  readonly hasMore: boolean;
}

/** The catalogue comes first, so that a user's part never arrives without the row it belongs to. */
function readPage(
  context: Context,
  scans: Scans,
  { start, limit }: { readonly start: Start; readonly limit: number },
): Page {
  const bounds = { limit, bytesMax: pageBytes };
  const counter = { user: context.user.counter, catalogue: scans.catalogueCounter() };
  // Types that stand at the counter hold nothing new.
  const shared = [...start.asked].flatMap(([entityType, { catalogue }]) =>
    catalogue === null || catalogue >= counter.catalogue ? [] : [{ entityType, after: catalogue }],
  );
  const catalogue = scans.cataloguePage(shared, bounds);
  const rows = catalogue.rows.map(catalogueRowText);
  const isFull = catalogue.cut !== null || rows.length >= limit;
  const own = [...start.asked].flatMap(([entityType, { user }]) =>
    user >= counter.user ? [] : [{ entityType, after: user }],
  );
  const page = isFull ? null : scans.page(own, { ...bounds, limit: limit - rows.length });
  for (const row of page?.rows ?? []) rows.push(rowText(row));
  const sharedEnd = catalogue.cut ?? counter.catalogue;
  const ownEnd = page === null ? 0 : (page.cut ?? counter.user);
  const positions = new Map<string, Position>();
  for (const [type, held] of start.asked) {
    positions.set(type, movedOn(held, { user: ownEnd, catalogue: sharedEnd }));
  }
  return { rows, positions, hasMore: catalogue.cut !== null || hasOwnMore(scans, own, page) };
}

function hasOwnMore(
  scans: Scans,
  own: readonly { readonly entityType: string; readonly after: number }[],
  page: { readonly cut: number | null } | null,
): boolean {
  return page === null ? scans.page(own, { limit: 1, bytesMax: 1 }).rows.length > 0 : page.cut !== null;
}

/** The stored verdicts of the ids asked for. An id without one is left out: its change may still arrive. */
function settled(context: Context, request: PullRequest): readonly string[] {
  return [...new Set(request.unsettled ?? [])].flatMap((id) => {
    const verdict = context.reads.verdict(id);
    if (verdict === undefined) return [];
    const { status, version, problem } = verdict;
    return JSON.stringify({
      id,
      status,
      ...(version === null ? {} : { version }),
      ...resolvedIn(context.reads, verdict),
      ...(problem === null ? {} : { problem }),
    });
  });
}

/** What a pull leaves: the device's registration, and now and then when it was seen and how far it had come. */
function seenWrites(
  context: Context,
  { device, start, isFresh }: { readonly device: DeviceState; readonly start: Start; readonly isFresh: boolean },
): Answer['writes'] {
  const known = context.reads.device(device.deviceId);
  const position = isFresh
    ? device.position
    : Math.min(...[...start.held.values()].map(({ user }) => user), Number.MAX_SAFE_INTEGER);
  const next = { ...device, position: position === Number.MAX_SAFE_INTEGER ? device.position : position };
  const isNews =
    known === undefined ||
    known.position !== next.position ||
    known.schemaVersion !== next.schemaVersion ||
    known.appVersion !== next.appVersion ||
    context.nowMs - known.lastSeenAt >= seenAfterMs;
  return isNews ? [{ kind: 'device', device: next }] : [];
}
