import { join } from 'node:path';
import { Pool } from 'undici';
import { afterWrites } from '../../../../src/adapters/node/after-writes.ts';
import { nodeClock } from '../../../../src/adapters/node/clock.ts';
import { nodeRandom } from '../../../../src/adapters/node/random.ts';
import { openSqliteStorage } from '../../../../src/adapters/node/storage-sqlite.ts';
import { httpTransport } from '../../../../src/adapters/node/transport-http.ts';
import { manualConnectivity } from '../../../../src/adapters/portable/connectivity-manual.ts';
import { pullAhead } from '../../../../src/adapters/portable/pull-ahead.ts';
import { fixedToken } from '../../../../src/adapters/portable/token-fixed.ts';
import { brandId, type DeviceId } from '../../../../src/core/ids.ts';
import { defaultLimits } from '../../../../src/core/limits.ts';
import { gurasRegistry } from '../../../../src/core/model/entities/registry.ts';
import type { Device } from '../../../../src/engine/device.ts';
import { initDevice } from '../../../../src/engine/init-device.ts';
import { openDevice } from '../../../../src/engine/open-device.ts';
import type { Transport } from '../../../../src/ports/transport.ts';
import { user } from '../raw/http.ts';
import { deviceIdOf } from '../raw/messages.ts';
import type { Durability } from '../raw/sqlite.ts';

const clock = nodeClock();

/** What one device sent (one body for each request) and received. */
export interface OurTraffic {
  readonly bodies: unknown[];
  receivedBytes: number;
}

/** The engine on its SQLite file, and what went through its transport. */
export interface OurDevice {
  readonly device: Device;
  readonly traffic: OurTraffic;
  readonly close: () => Promise<void>;
}

/** Opens a device in a folder, and makes it when it is not there. It syncs only when asked. */
export async function openOurs(options: {
  readonly folder: string;
  readonly name: string;
  readonly url: string | null;
  readonly durability: Durability;
}): Promise<OurDevice> {
  const { folder, name, url, durability } = options;
  const storage = openSqliteStorage({ path: join(folder, `${name}.db`), synchronous: durability });
  const fresh = storage.read((rows) => rows.get('meta', ['device'])) === undefined;
  const deviceId = brandId<DeviceId>(deviceIdOf(name === 'device' ? '1' : name));
  if (fresh) await initDevice(storage, { deviceId, userId: null, registry: gurasRegistry, wallMs: Date.now() });
  const traffic: OurTraffic = { bodies: [], receivedBytes: 0 };
  const transport = pullAhead(counting(transportTo(url ?? 'http://127.0.0.1:9'), traffic), afterWrites);
  const device = await openDevice({
    storage,
    transport,
    clock,
    random: nodeRandom(),
    connectivity: manualConnectivity(),
    registry: gurasRegistry,
    holder: `bench ${name}`,
    automatic: false,
  });
  const close = async (): Promise<void> => {
    await device.stop();
    await transport.close();
    storage.close();
  };
  return { device, traffic, close };
}

/** Bodies go as they are, both ways: both arms move the same bytes, and compressing them would be other work. */
function transportTo(url: string): Transport {
  const pool = new Pool(url, { connections: 6, pipelining: 1 });
  const dispatcher = pool.compose((dispatch) => (request, handler) => {
    const headers = { ...(request.headers as Record<string, string>), 'accept-encoding': 'identity' };
    return dispatch({ ...request, headers }, handler);
  });
  const { requestTimeoutMs } = defaultLimits;
  const tokens = fixedToken(user);
  const transport = httpTransport({ baseUrl: url, compress: false, dispatcher, tokens, clock, requestTimeoutMs });
  return {
    send: (call, done) => transport.send(call, done),
    close: async () => {
      await transport.close();
      await pool.destroy();
    },
  };
}

/** Counts answers and keeps bodies: their size is taken after the measured time. */
function counting(transport: Transport, traffic: OurTraffic): Transport {
  return {
    send: (call, done) => {
      traffic.bodies.push(call.body);
      return transport.send(call, (outcome) => {
        if (outcome.kind === 'answer') traffic.receivedBytes += outcome.bytes;
        done(outcome);
      });
    },
    close: () => transport.close(),
  };
}
