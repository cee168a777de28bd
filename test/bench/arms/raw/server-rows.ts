import { strict as assert } from 'node:assert';
import { calls } from '../../../../src/core/protocol/paths.ts';
import { rowsOf, series } from '../../workload.ts';
import { connect } from './http.ts';
import {
  batchCount,
  changeOf,
  deviceIdOf,
  pullBody,
  pushBody,
  type RawPullAnswer,
  type RawPushAnswer,
} from './messages.ts';

/** Rows that a server of the protocol holds, by pulling them all as a new device. */
export async function countServerRows(url: string): Promise<number> {
  const deviceId = deviceIdOf('c0');
  const client = connect(url, deviceId);
  let cursor: string | null = null;
  for (let count = 0; ; ) {
    const body = pullBody({ deviceId, registered: cursor !== null, cursor });
    const answer: RawPullAnswer = await client.post(calls.pull.path, body);
    count += answer.changes.length;
    cursor = answer.cursor;
    if (answer.hasMore) continue;
    client.close();
    return count;
  }
}

/** Pushes rows 0 to `count` - 1 of the work series to a server of the protocol. Throws unless all are applied. */
export async function seedServer(url: string, count: number): Promise<void> {
  const deviceId = deviceIdOf('5eed');
  const client = connect(url, deviceId);
  const rows = rowsOf(series.work, count);
  let epoch: string | null = null;
  for (let start = 0; start < count; start += batchCount) {
    const changes = rows.slice(start, start + batchCount).map(({ id, data }, index) => {
      const seq = start + index + 1;
      return changeOf({ id: `seed-${seq}`, seq, entityId: id, baseVersion: null, data, deviceId });
    });
    const body = pushBody({ deviceId, registered: epoch !== null, epoch, changes });
    const answer: RawPushAnswer = await client.post(calls.push.path, body);
    for (const result of answer.results) assert.equal(result.status, 'applied', JSON.stringify(result));
    epoch = answer.epoch;
  }
  client.close();
}
