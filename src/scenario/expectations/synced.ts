import * as z from 'zod';
import type { StageDevice } from '../../stage/device.ts';
import type { Scene } from '../scene.ts';
import { defineExpectation, type Finding } from './expectation.ts';
import { judgeRunning, usersOf } from './running.ts';

/** The device says "synced"; for `all`, and the server allowing, all of a user hold the same data. */
export const synced = defineExpectation(z.boolean(), {
  name: 'synced',
  about:
    'The device shows "synced": nothing queued, no open conflict, and a complete pull since. For `all` also: the digests of all devices of a user and of the server are equal.',
  subjects: ['device'],
  bare: true,
  example: 'all: synced',
  tell: (wanted) => (wanted ? 'is synced' : 'is not synced'),
  judge: (wanted, subject) =>
    judgeRunning(subject, async (engine) => {
      const status = await engine.status();
      if (status.synced === wanted) return [];
      if (!wanted) return [{ text: 'is synced', actual: 'synced', expected: 'not synced' }];
      const why = (await engine.why(null))?.because ?? status.waitingFor ?? `it is ${status.phase}`;
      return [{ text: `is not synced: ${why}`, actual: 'not synced', expected: 'synced' }];
    }),
  judgeTogether: async (wanted, devices, scene) => {
    if (!wanted) return [];
    const all = await Promise.all(usersOf(devices).map((user) => sameDigests(user, devices, scene)));
    return all.flat();
  },
});

/** What tells apart those who should hold the same data of a user: the server, and these devices as far as they run. */
export async function sameDigests(
  user: string,
  devices: readonly StageDevice[],
  { stage }: Scene,
): Promise<readonly Finding[]> {
  const holders: { name: string; digest: string }[] = [];
  if (stage.abilities.has('read-server')) {
    holders.push({ name: 'the server', digest: digestText(await stage.server.digest(user)) });
  }
  for (const device of devices.filter((candidate) => candidate.user === user)) {
    const types = (await device.engine()?.digest())?.types ?? {};
    holders.push({ name: device.name, digest: digestText(types) });
  }
  const [first, ...others] = holders;
  const other = others.find(({ digest }) => digest !== first?.digest);
  if (first === undefined || other === undefined) return [];
  const text = `hold different data: ${other.name} ${other.digest || 'nothing'}, ${first.name} ${first.digest || 'nothing'}`;
  return [{ text, actual: other.digest, expected: first.digest }];
}

/** Types without rows may be named or left out. */
function digestText(types: Readonly<Record<string, { readonly count: number; readonly hash: string }>>): string {
  return Object.entries(types)
    .filter(([, { count }]) => count > 0)
    .map(([type, { count, hash }]) => `${type} ${count} ${hash}`)
    .sort()
    .join(', ');
}
