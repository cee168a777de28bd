import { calls } from '../../../src/core/protocol/paths.ts';

/** Changes of one push. */
export const batchSize = 100;

/** The n-th push of one device: finished sessions, each a row of its own. `part` keeps the ids of different runs apart. */
export function pushBody(part: string, n: number): object {
  const moment = '2026-03-01T06:00:00.000Z';
  const deviceId = `bench-${part}`;
  const stamp = `${1_800_000_000_000 + n}-0000-${deviceId}`;
  const data = {
    sessionId: 'calm7-1',
    startedAt: moment,
    completedAt: moment,
    durationSec: 600,
    notes: 'x'.repeat(120),
  };
  const stamps = Object.fromEntries(Object.keys(data).map((field) => [field, stamp]));
  const changes = Array.from({ length: batchSize }, (_, at) => {
    const seq = n * batchSize + at;
    const id = `c-${part}-${seq}`;
    const row = { entityType: 'meditation', entityId: `m-${part}-${seq}`, action: 'CREATE', baseVersion: null };
    return { id, seq, ...row, data, stamps, timestamp: 1_800_000_000_000 };
  });
  return { deviceId, registered: false, incarnation: 'i', previousIncarnations: [], epoch: null, changes };
}

/** Sends pushes to a server one after the other; gives ms for each. Throws unless every change is applied. */
export async function pushAll(url: string, bodies: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const body of bodies) {
    const from = performance.now();
    const answer = await fetch(`${url}${calls.push.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ana', 'accept-encoding': 'identity' },
      body,
    });
    const { results } = (await answer.json()) as { readonly results?: readonly { readonly status: string }[] };
    times.push(performance.now() - from);
    if (results?.every(({ status }) => status === 'applied') !== true)
      throw new Error(`a push was answered ${answer.status}`);
  }
  return times;
}
