import type { EntityKey } from '../core/ids.ts';
import type { Bench } from './bench.ts';
import type { ChangeBody } from './changes.ts';
import { Unprepared } from './outcome.ts';
import type { ProbeDevice } from './probe-device.ts';

/** A clash as a person would decide it. */
export interface Clash {
  readonly device: ProbeDevice;
  readonly key: EntityKey;
  /** The change that was answered `conflict`. */
  readonly loser: ChangeBody;
  /** The version of the row that won. */
  readonly current: number;
}

/** A row whose notes are `theirs`, and a change to `mine` from the base before that was answered `conflict`. */
export async function clashOf(bench: Bench): Promise<Clash> {
  const device = bench.device();
  const { key, version } = await bench.madeRow(device);
  const winner = device.update(key, { notes: 'theirs' }, { baseVersion: version });
  const current = (await device.push(winner)).version(winner);
  const loser = device.update(key, { notes: 'mine' }, { baseVersion: version });
  await pushedInVain(device, loser);
  return { device, key, loser, current };
}

/** A change of the counters' row that clashed by a value and carries 5 minutes, and the sum before it. */
export async function countingClash(bench: Bench): Promise<Clash & { readonly before: number }> {
  const device = bench.device();
  const { key, row } = await bench.counters(device);
  const winner = device.update(key, { lastSessionAt: '2026-03-01T06:42:00Z' }, { baseVersion: row.version });
  const current = (await device.push(winner)).version(winner);
  const loser = device.update(
    key,
    { lastSessionAt: '2026-03-02T06:42:00Z' },
    { baseVersion: row.version, increments: { totalMinutes: 5 } },
  );
  await pushedInVain(device, loser);
  return { device, key, loser, current, before: Number(row.data?.totalMinutes ?? 0) };
}

async function pushedInVain(device: ProbeDevice, loser: ChangeBody): Promise<void> {
  const { status } = (await device.push(loser)).of(loser);
  if (status !== 'conflict') throw new Unprepared(`a change on an old base was answered ${status}, not conflict`);
}
