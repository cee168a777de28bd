import type { CatalogueRow, DeviceState, HistoryEntry, StoredRow, StoredVerdict, Write } from '../decide/stored.ts';
import type { CataloguePut } from './async-store.ts';
import type { Session } from './postgres-statement.ts';
import { toText, toTextOrNull } from './postgres-text.ts';
import { sharedWrites, userWrites } from './postgres-write-statements.ts';

/** How many rows one statement writes: the memory of a statement stays bounded, however much is written. */
const rowsAtOnce = 1_000;

/** Makes writes to one user's data, everything of one kind together. What is written twice ends as written last. */
export async function applyWrites(session: Session, user: string, writes: readonly Write[]): Promise<void> {
  const of = <Kind extends Write['kind']>(kind: Kind) =>
    writes.filter((write): write is Extract<Write, { kind: Kind }> => write.kind === kind);
  for (const { atMs } of of('erase')) await eraseUser(session, user, atMs);
  if (of('readmit').length > 0) await session.run(userWrites.readmit, [user]);
  const state = of('user').at(-1)?.user;
  if (state !== undefined) await session.run(userWrites.putUser, [user, state.counter, state.writtenAt]);
  const devices = new Map(of('device').map(({ device }) => [device.deviceId, device]));
  for (const device of devices.values()) await putDevice(session, user, device);
  const rows = new Map(of('row').map(({ row }) => [JSON.stringify([row.entityType, row.entityId]), row]));
  for (const part of parts([...rows.values()])) await putRows(session, user, part);
  for (const part of parts(of('history'))) {
    await addHistory(
      session,
      user,
      part.map(({ entry }) => entry),
    );
  }
  for (const part of parts(merged(of('verdict').map(({ verdict }) => verdict)))) await putVerdicts(session, user, part);
}

/** The counter stays: numbers that were given out are never given again. */
async function eraseUser(session: Session, user: string, atMs: number): Promise<void> {
  const { eraseRows, eraseHistory, eraseResults, eraseDevices, erasePurged } = userWrites;
  for (const statement of [eraseRows, eraseHistory, eraseResults, eraseDevices, erasePurged]) {
    await session.run(statement, [user]);
  }
  await session.run(userWrites.markErased, [user, atMs]);
}

/** A verdict never changes but for what resolved it. */
function merged(verdicts: readonly StoredVerdict[]): readonly StoredVerdict[] {
  const byId = new Map<string, StoredVerdict>();
  for (const verdict of verdicts) {
    const first = byId.get(verdict.id);
    byId.set(verdict.id, first === undefined ? verdict : { ...first, resolvedBy: verdict.resolvedBy });
  }
  return [...byId.values()];
}

async function putDevice(session: Session, user: string, device: DeviceState): Promise<void> {
  await session.run(userWrites.putDevice, [
    user,
    toText(device.deviceId),
    device.registeredAt,
    device.lastSeenAt,
    toTextOrNull(device.incarnation),
    device.lastSeq,
    device.position,
    toTextOrNull(device.appVersion),
    device.schemaVersion,
  ]);
}

async function putRows(session: Session, user: string, rows: readonly StoredRow[]): Promise<void> {
  await session.run(userWrites.putRows, [
    user,
    rows.map(({ entityType }) => toText(entityType)),
    rows.map(({ entityId }) => toText(entityId)),
    rows.map(({ version }) => version),
    rows.map(({ floor }) => floor),
    rows.map(({ deleted }) => deleted),
    rows.map(({ deleted, dataJson }) => (deleted ? 0 : (dataJson?.length ?? 0))),
    rows.map(({ dataJson }) => dataJson),
    rows.map(({ stampsJson }) => stampsJson),
    rows.map(({ fieldVersionsJson }) => fieldVersionsJson),
    rows.map(({ naturalKey }) => toTextOrNull(naturalKey)),
    rows.map(({ updatedAt }) => updatedAt),
    rows.map(({ origin }) => toText(origin.deviceId)),
    rows.map(({ origin }) => toText(origin.changeId)),
  ]);
}

async function putVerdicts(session: Session, user: string, verdicts: readonly StoredVerdict[]): Promise<void> {
  await session.run(userWrites.putVerdicts, [
    user,
    verdicts.map(({ id }) => toText(id)),
    verdicts.map(({ kind }) => kind),
    verdicts.map(({ deviceId }) => toText(deviceId)),
    verdicts.map(({ seq }) => seq),
    verdicts.map(({ bodyPrint }) => bodyPrint),
    verdicts.map(({ entityType }) => toText(entityType)),
    verdicts.map(({ entityId }) => toText(entityId)),
    verdicts.map(({ status }) => status),
    verdicts.map(({ version }) => version),
    verdicts.map(({ problem }) => (problem === null ? null : JSON.stringify(problem))),
    verdicts.map(({ resolvedBy }) => toTextOrNull(resolvedBy)),
    verdicts.map(({ at }) => at),
  ]);
}

async function addHistory(session: Session, user: string, entries: readonly HistoryEntry[]): Promise<void> {
  await session.run(userWrites.addHistory, [
    user,
    entries.map(({ entityType }) => toText(entityType)),
    entries.map(({ entityId }) => toText(entityId)),
    entries.map(({ version }) => version),
    entries.map(({ deleted }) => deleted),
    entries.map(({ dataJson }) => dataJson),
    entries.map(({ changed }) => JSON.stringify(changed)),
    entries.map(({ lostJson }) => lostJson),
    entries.map(({ outcome }) => outcome),
    entries.map(({ settles }) => toTextOrNull(settles)),
    entries.map(({ updatedAt }) => updatedAt),
    entries.map(({ origin }) => toText(origin.deviceId)),
    entries.map(({ origin }) => toText(origin.changeId)),
  ]);
}

/** Writes rows of the catalogue at their numbers. The caller holds the catalogue's lock. */
export async function putCatalogue(session: Session, puts: readonly CataloguePut[]): Promise<void> {
  for (const { rows } of puts) for (const part of parts(rows)) await putCatalogueRows(session, part);
  const state = puts.at(-1)?.state;
  if (state === undefined) return;
  await session.run(sharedWrites.putFact, ['catalogueCounter', String(state.counter)]);
  await session.run(sharedWrites.putFact, ['catalogueWrittenAt', String(state.writtenAt)]);
}

async function putCatalogueRows(session: Session, rows: readonly CatalogueRow[]): Promise<void> {
  await session.run(sharedWrites.putCatalogue, [
    rows.map(({ entityType }) => toText(entityType)),
    rows.map(({ entityId }) => toText(entityId)),
    rows.map(({ version }) => version),
    rows.map(({ deleted }) => deleted),
    rows.map(({ dataJson }) => dataJson?.length ?? 0),
    rows.map(({ dataJson }) => dataJson),
    rows.map(({ updatedAt }) => updatedAt),
  ]);
}

function parts<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const out: (readonly Item[])[] = [];
  for (let at = 0; at < items.length; at += rowsAtOnce) out.push(items.slice(at, at + rowsAtOnce));
  return out;
}
