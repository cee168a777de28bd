import { nodeClock } from '../adapters/node/clock.ts';
import { nodeRandom } from '../adapters/node/random.ts';
import { manualConnectivity } from '../adapters/portable/connectivity-manual.ts';
import type { Limits } from '../core/limits.ts';
import { gurasRegistry } from '../core/model/entities/registry.ts';
import type { Device } from '../engine/device.ts';
import { openDevice } from '../engine/open-device.ts';
import { assert } from '../lib/assert.ts';
import type { LiveFeed } from '../ports/live.ts';
import { type Storage, StorageError } from '../ports/storage.ts';
import type { Transport } from '../ports/transport.ts';
import { holderName, isHolderGone } from './lease-holder.ts';
import { openSource, openSourceForWriting } from './open-source.ts';

/** How a command works on a device without talking to a server. */
export interface SessionOptions {
  readonly file: string;
  /** What the command is called: `device create`. */
  readonly command: string;
  /** Never writes. */
  readonly readonly?: boolean;
}

/** The engine on the file, for local reads and writes only, for as long as `work` takes; then the file is closed. */
export async function withDevice<T>(options: SessionOptions, work: (device: Device) => Promise<T> | T): Promise<T> {
  const { file, command, readonly = false } = options;
  const storage = readonly ? openSource(file) : openSourceForWriting(file);
  try {
    // It is never started, so there is nothing to stop.
    return await work(await deviceOn(storage, { transport: noTransport, command, automatic: false }));
  } finally {
    storage.close();
  }
}

/** How a command lets a device talk to its server. */
export interface LineSessionOptions {
  readonly file: string;
  readonly command: string;
  /** The line to the server; closed at the end. */
  readonly transport: Transport;
  /** Whether the device syncs on its own once started. */
  readonly automatic: boolean;
  /** Where it is told of changes at once; without it, it polls. */
  readonly live?: LiveFeed | null;
  /** Bounds that differ from the defaults of the engine. */
  readonly limits?: Limits;
  /** Told when the file can't be written while the engine works; the engine tries again by itself. */
  readonly onStorageFailure: (failure: StorageError) => void;
}

/** The engine on the file and the line, for as long as `work` takes; then it is stopped, and file and line are closed. */
export async function withLine<T>(options: LineSessionOptions, work: (device: Device) => Promise<T>): Promise<T> {
  const { file, transport, onStorageFailure } = options;
  try {
    const storage = openSourceForWriting(file);
    try {
      const device = await deviceOn(heardStorage(storage, onStorageFailure), options);
      return await stopped(device, () => work(device));
    } finally {
      storage.close();
    }
  } finally {
    await transport.close();
  }
}

/** Stops the device after the work. What the work failed with matters more than a stop that fails as well. */
async function stopped<T>(device: Device, work: () => Promise<T>): Promise<T> {
  let value: T;
  try {
    value = await work();
  } catch (error) {
    await Promise.resolve(device.stop()).catch(() => undefined);
    throw error;
  }
  await device.stop();
  return value;
}

async function deviceOn(
  storage: Storage,
  parts: Pick<LineSessionOptions, 'transport' | 'command' | 'automatic' | 'limits' | 'live'>,
): Promise<Device> {
  return openDevice({
    storage,
    transport: parts.transport,
    clock: nodeClock(),
    random: nodeRandom(),
    // Nothing tells about the line here: it is taken to be there, a wrong guess costs one failed request.
    connectivity: manualConnectivity(),
    registry: gurasRegistry,
    holder: holderName(parts.command),
    isGone: isHolderGone,
    automatic: parts.automatic,
    ...(parts.limits === undefined ? {} : { limits: parts.limits }),
    ...(parts.live == null ? {} : { live: parts.live }),
  });
}

/** The same storage; its failures are told before they pass on to the engine, which retries what nobody waits for. */
function heardStorage(storage: Storage, onFailure: (failure: StorageError) => void): Storage {
  return {
    read: (work) => storage.read(work),
    foreignChanges: () => storage.foreignChanges(),
    close: () => storage.close(),
    transact: (work) => {
      try {
        return storage.transact(work);
      } catch (error) {
        if (error instanceof StorageError) onFailure(error);
        throw error;
      }
    },
  };
}

const noTransport: Transport = {
  send: () => {
    assert(false, 'a command without a server sends nothing');
  },
  close: () => Promise.resolve(),
};
