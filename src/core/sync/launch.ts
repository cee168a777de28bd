import { brandId, type ChangeId, type Incarnation } from '../ids.ts';
import type { PullRequest, PushRequest, ResolveRequest } from '../protocol/messages.ts';
import type { Item } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import { type BuiltBatch, buildBatch, buildFrom } from './batch.ts';
import type { TimerName } from './event.ts';
import { closePart, endIdleFamilies } from './families.ts';
import { journalToAsk } from './offer-again.ts';
import { olderToAsk } from './older.ts';
import { obstacle } from './phase.ts';
import { holdsPush } from './resync.ts';
import { currentRun, failRuns, finishRun, updateRun } from './runs.ts';
import type { Batch, Run } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Sends what may be sent now. Called after every event of a life that holds the lease; the only place where requests
 * begin. Pull and push take turns, so that a run is: pull, push until nothing can move, pull again.
 */
export function launch(turn: Turn): void {
  if (!turn.state.leased || turn.state.runs.length === 0) return;
  const hindered = obstacle(turn);
  if (hindered !== null) {
    if (turn.state.runs.some((run) => run.requestIds.length > 0)) failRuns(turn, hindered);
    return;
  }
  if (turn.state.backoff !== null || turn.state.pull !== null) return;
  // A run may end within the loop, and the next one begin.
  for (let run = currentRun(turn); run !== undefined; run = currentRun(turn)) {
    if (!advance(turn, run)) return;
  }
  if (turn.state.automatic) setTimer(turn, 'poll', turn.limits.pollMs);
}

/** Sends what the run may send now. Gives whether there is more to look at: the run ended, or it pulls next. */
function advance(turn: Turn, run: Run): boolean {
  const idle = turn.state.batches.length === 0;
  if (idle && mayPull(turn, run)) {
    sendPull(turn, run);
    return false;
  }
  const pushes = run.pushWanted && !holdsPush(turn.meta('server').resync);
  if (pushes) sendBatches(turn, run);
  turn.update({ pullRefused: false });
  if (turn.state.batches.length > 0) return false;
  if (pushes && waitsForHolds(turn, run)) return false;
  if (currentRun(turn)?.pullWanted !== true) finishRun(turn);
  return true;
}

/** A pull is due: the run wants one, or a full resync has to come first. After a refused pull the push has its turn. */
function mayPull(turn: Turn, run: Run): boolean {
  const { resync } = turn.meta('server');
  if (holdsPush(resync)) return true;
  if (turn.state.pullRefused && run.pushWanted) return false;
  return run.pullWanted || (resync !== null && run.kind !== 'push');
}

/** Items that the server could not decide about yet keep the run open for a few tries. */
function waitsForHolds(turn: Turn, run: Run): boolean {
  const due = Object.values(turn.state.holds).filter(({ tries }) => tries <= turn.limits.maxRetries);
  const ahead = due.map(({ untilMonoMs }) => untilMonoMs - turn.at.monoMs).filter((delayMs) => delayMs > 0);
  if (ahead.length === 0) return false;
  // What a pull brings may be what they wait for.
  if (run.pullWanted) return false;
  updateRun(turn, { pushWanted: true });
  setTimer(turn, 'holds', Math.min(...ahead));
  return true;
}

function nextCallId(turn: Turn): string {
  const calls = turn.state.calls + 1;
  turn.update({ calls });
  return `${turn.state.life}.${calls}`;
}

function sendPull(turn: Turn, run: Run): void {
  const device = turn.meta('device');
  const server = turn.meta('server');
  // A full resync brings everything, whatever the run was limited to.
  const types = server.resync === null ? run.types : null;
  const asked = idsToAsk(turn);
  const callId = nextCallId(turn);
  const body: PullRequest = {
    deviceId: device.deviceId,
    registered: device.registered,
    cursor: server.cursor,
    limit: asked.olderNext === null ? (turn.state.pageRowsLearned ?? turn.limits.pageRows) : 1,
    ...(types === null ? {} : { entityTypes: [...types] }),
    ...(asked.ids.length === 0 ? {} : { unsettled: [...asked.ids] }),
  };
  const began = turn.state.pullBegan ?? { acks: server.acks, wallMs: turn.at.wallMs };
  const round = {
    callId,
    types,
    resync: server.resync?.seen ?? null,
    beganAcks: began.acks,
    beganWallMs: began.wallMs,
    askedJournal: asked.journal,
    journalNext: asked.journalNext,
    olderNext: asked.olderNext,
  };
  turn.update({ pull: round, pullBegan: began });
  send(turn, { callId, name: 'pull', body, schemaVersion: turn.setting.registry.schemaVersion });
}

/** What a pull asks about: changes left by earlier lives first, and nothing else while there are more of them than fit. */
function idsToAsk(turn: Turn) {
  const { ids: older, next: olderNext } = olderToAsk(turn);
  if (olderNext !== null) return { ids: older, olderNext, journal: [], journalNext: turn.state.journalAsked };
  const unsettled = turn.meta('device').forked ? [] : unsettledIds(turn, older.length);
  const asked = [...older, ...unsettled];
  const journal = journalToAsk(turn, turn.limits.unsettledAsked - asked.length);
  return { ids: [...asked, ...journal.ids], olderNext, journal: journal.ids, journalNext: journal.next };
}

/**
 * Ids of changes and decisions that were handed over and have no verdict here, whatever state that left them in: a
 * change parked by an HTTP answer may have taken effect before. `others`: how many the pull asks about beside.
 */
function unsettledIds(turn: Turn, others: number): readonly ChangeId[] {
  const { unsettledAsked } = turn.limits;
  // A restored server is asked about acknowledged changes as well: what is unsettled may not crowd them out.
  const limit = (turn.state.journalAsked === null ? unsettledAsked : Math.floor(unsettledAsked / 2)) - others;
  if (limit <= 0) return [];
  const items = (['unsettled', 'failed', 'parked'] as const).flatMap((state) =>
    turn.scan('items', { index: 'byState', prefix: [state], limit }).filter(isFrozen),
  );
  return items.slice(0, limit).map((item) => (item.resolution?.sent === true ? item.resolution.body.id : item.id));
}

function sendBatches(turn: Turn, run: Run): void {
  while (turn.state.batches.length < turn.limits.batchesInFlight) {
    const part = takePart(turn);
    const built = part === null ? buildNew(turn, run) : buildFrom(turn, part.kind, part.ids);
    if (built === null) {
      if (part === null) break;
      // All of it left meanwhile, by a pull: a family without a part to come would hold back everything after it.
      closePart(turn, part, { verdictSeen: false });
      continue;
    }
    hand(turn, built, part?.family ?? null);
  }
  if (turn.state.batches.length === 0) updateRun(turn, { pushWanted: false });
}

function buildNew(turn: Turn, run: Run): BuiltBatch | null {
  endIdleFamilies(turn);
  return turn.state.families.length > 0 ? null : buildBatch(turn, run.types);
}

/** The next half of a refused batch, sent alone. */
function takePart(
  turn: Turn,
): { readonly kind: Batch['kind']; readonly ids: readonly ChangeId[]; readonly family: string } | null {
  const family = turn.state.families.find(({ parts }) => parts.length > 0);
  if (family === undefined) return null;
  const [ids, ...parts] = family.parts;
  turn.update({ families: turn.state.families.map((other) => (other === family ? { ...family, parts } : other)) });
  return { kind: family.kind, ids: ids ?? [], family: family.name };
}

/** Hands a batch to the transport: from this commit on its items are frozen. */
function hand(turn: Turn, built: BuiltBatch, family: string | null): void {
  const callId = nextCallId(turn);
  const batch: Batch = {
    callId,
    kind: built.kind,
    ids: built.items.map((item: Item) => item.id),
    family: family ?? callId,
    bytes: built.bytes,
  };
  turn.update({ batches: [...turn.state.batches, batch] });
  const device = turn.meta('device');
  const sender = {
    deviceId: device.deviceId,
    registered: device.registered,
    ...livesOf(turn),
    epoch: turn.meta('server').epoch,
  };
  const body: PushRequest | ResolveRequest =
    built.kind === 'push'
      ? { ...sender, changes: [...built.changes] }
      : { ...sender, resolutions: [...built.resolutions] };
  send(turn, { callId, name: built.kind, body, schemaVersion: built.schemaVersion });
}

/** This life's incarnation, drawn and made durable with the first batch that it hands over. */
function livesOf(turn: Turn): { readonly incarnation: Incarnation; readonly previousIncarnations: Incarnation[] } {
  const held = turn.meta('incarnation');
  if (held.current !== null && held.life === turn.state.life)
    return { incarnation: held.current, previousIncarnations: [...held.previous] };
  const incarnation = brandId<Incarnation>(turn.newId());
  const previous = held.current === null ? held.previous : [...held.previous, held.current];
  turn.setMeta('incarnation', { current: incarnation, life: turn.state.life, previous });
  return { incarnation, previousIncarnations: [...previous] };
}

function send(
  turn: Turn,
  call: {
    readonly callId: string;
    readonly name: 'pull' | 'push' | 'resolve';
    readonly body: unknown;
    readonly schemaVersion: number;
  },
): void {
  const { deviceId } = turn.meta('device');
  const { callId: id, name, schemaVersion, body } = call;
  turn.effect({ kind: 'send', call: { id, name, deviceId, schemaVersion, body } });
}

/** Sets or resets a timer of this life. */
export function setTimer(turn: Turn, name: TimerName, delayMs: number): void {
  turn.effect({ kind: 'timer', name, delayMs: Math.max(0, Math.ceil(delayMs)) });
}
