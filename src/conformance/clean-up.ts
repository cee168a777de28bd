import type { ServerRow } from '../core/protocol/messages.ts';
import type { Bench, CountersBefore } from './bench.ts';
import type { ChangeBody } from './changes.ts';
import type { ProbeDevice } from './probe-device.ts';
import { isAbsent } from './problem-check.ts';
import type { CleanUp } from './result.ts';
import type { ProbeUser } from './users.ts';

/** What the clean-up works through. */
export interface Leftover {
  readonly runId: string;
  /** The benches of all probes that began, in order. */
  readonly benches: readonly Bench[];
  /** A bench of its own, whose transcript nobody reads. */
  readonly bench: Bench;
}

const batchMax = 200;

/**
 * Takes away what the run made: made-up users are erased where the server erases users, otherwise their rows are deleted; of a
 * user who exists only rows of this run, and counters are put back. Never rejects: what is left is told.
 */
export async function cleanUp({ runId, benches, bench }: Leftover): Promise<CleanUp> {
  const told = { usersErased: 0, rowsDeleted: 0, left: [] as string[] };
  const given = new Map<string, ProbeUser>();
  const tell = (error: unknown): string => bench.transcript.withoutSecrets(messageOf(error));
  let erases = true;
  for (const { usersSeen } of benches) {
    for (const user of usersSeen.values()) {
      if (!user.isDrawn) {
        given.set(user.label, user);
        continue;
      }
      try {
        const end: 'erased' | 'absent' = erases ? await erase(bench, user) : 'absent';
        erases = end === 'erased';
        if (erases) told.usersErased += 1;
        else told.rowsDeleted += await deleteRows(bench.device(user), () => true);
      } catch (error) {
        told.left.push(`rows of a made-up user: ${tell(error)}`);
      }
    }
  }
  for (const user of given.values()) {
    try {
      await putCountersBack(bench.device(user), countersOf(benches, user));
      told.rowsDeleted += await deleteRows(bench.device(user), (row) => isOfRun(row, runId));
    } catch (error) {
      told.left.push(`rows of the user ${user.label} by devices whose names begin with ${runId}: ${tell(error)}`);
    }
  }
  return told;
}

async function erase(bench: Bench, user: ProbeUser): Promise<'erased' | 'absent'> {
  const answer = await bench.ask({ method: 'DELETE', path: '/api/users/me', user });
  return isAbsent(answer) ? 'absent' : 'erased';
}

/** The types that probes write rows of. Parts of quotes are put back by the probe that changes them. */
const written = ['meditation', 'audioDownloads', 'programProgress', 'guidedMeditation', 'meditationStats'];

async function deleteRows(device: ProbeDevice, isMine: (row: ServerRow) => boolean): Promise<number> {
  const rows = (await device.everything(written)).filter((row) => row.part === 'user' && !row.deleted && isMine(row));
  let deleted = 0;
  for (let at = 0; at < rows.length; at += batchMax) {
    const changes = rows.slice(at, at + batchMax).map((row) => device.remove(keyOf(row), row.version));
    const verdicts = await device.push(...changes);
    deleted += changes.filter((change) => verdicts.of(change).status === 'applied').length;
  }
  return deleted;
}

/** Ids do not tell: probes write rows of strange ids too. Counters are put back by themselves. */
function isOfRun({ entityType, origin }: ServerRow, runId: string): boolean {
  return entityType !== 'meditationStats' && origin.deviceId.startsWith(runId);
}

function keyOf({ entityType, entityId }: ServerRow): Pick<ChangeBody, 'entityType' | 'entityId'> {
  return { entityType, entityId };
}

/** What the counters of a user were before the first probe that touched them; undefined when none did. */
function countersOf(benches: readonly Bench[], user: ProbeUser): CountersBefore | undefined {
  return benches.flatMap(({ countersBefore }) => countersBefore).find((before) => before.user.label === user.label);
}

async function putCountersBack(device: ProbeDevice, before: CountersBefore | undefined): Promise<void> {
  if (before === undefined) return;
  const key = { entityType: 'meditationStats', entityId: 'me' };
  const now = await device.row(key);
  if (now === undefined || now.deleted) return;
  if (before.row === null) {
    await device.push(device.remove(key, now.version));
    return;
  }
  const sumOf = (row: ServerRow): number => Number(row.data?.totalMinutes ?? 0);
  const last = { lastSessionAt: before.row.data?.lastSessionAt ?? null };
  await device.push(
    device.update(key, last, {
      baseVersion: now.version,
      increments: { totalMinutes: sumOf(before.row) - sumOf(now) },
    }),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
