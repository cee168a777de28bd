import type { TokenSource } from '../ports/transport.ts';
import type { Ability } from '../stage/ability.ts';
import { RequestCounts } from '../stage/request-counts.ts';
import { type OpenStage, StageError } from '../stage/stage.ts';
import { absentServer } from './absent-server.ts';
import { claimedUser } from './claimed-user.ts';
import { FaultLink } from './fault-link.ts';
import { FaultProxy } from './fault-proxy.ts';
import { LiveLine } from './line.ts';
import { byFaultLink, LinkedServer } from './linked-server.ts';
import { endPhones, layGround, startPhones } from './open-live.ts';
import { LiveStage, lineFaults } from './stage.ts';

/** A server that is there already. */
export interface UrlOptions {
  /** Its base address, http or https, with an optional path. */
  readonly url: string;
  /** The tokens of a user of the story. */
  readonly tokensOf: (user: string) => TokenSource;
}

/** What can be done from the device's side alone. */
const fromTheDevice: ReadonlySet<Ability> = new Set<Ability>([
  'devices',
  'kill',
  'power-cut',
  'suspend',
  'copy-data',
  'storage',
  'device-clock',
  'renewal',
  'partition',
  'latency',
  'live',
  ...lineFaults,
]);

/**
 * Opens stages whose devices, on SQLite files, speak with a server at a URL through the fault proxy, in true time. Where the
 * server has a fault interface, stories put rows there, look at it and work on it, and its state is put back when they end;
 * elsewhere nothing is asked of it that a device could not ask.
 */
export function openUrl({ url, tokensOf }: UrlOptions): OpenStage {
  return async (setup) => {
    await checkAddress(url);
    const link = new FaultLink(url);
    const nameOf = async (user: string) => claimedUser(`Bearer ${await tokensOf(user).current()}`) ?? user;
    const counts = new RequestCounts();
    const linked = (await link.isThere()) ? new LinkedServer({ link, counts, nameOf }) : null;
    const ground = layGround(setup, 1);
    const { time, startedWallMs, teller, names, wake, fail, failure, folder } = ground;
    const proxy = await FaultProxy.start({
      servers: [url],
      clock: { after: (delayMs, callback) => time.after(delayMs, 'network', callback) },
      serverNowMs: () => startedWallMs + time.nowMs,
      deviceOf: (deviceId) => names.get(deviceId) ?? deviceId,
      onForward: (call) => counts.add(call),
    });
    const named = (deviceId: string, device: string): unknown => names.set(deviceId, device);
    const line = new LiveLine({ proxy, time, teller, tokensOf, named, fail });
    const close = async (phones: Parameters<typeof endPhones>[2]): Promise<void> => {
      await endPhones(ground, line, phones);
      await proxy.close();
      folder.remove();
      await linked?.end();
    };
    const started = async () => {
      await linked?.begin(setup.fixtures);
      return startPhones(ground, line);
    };
    const phones = await started().catch(async (error: unknown) => {
      await close(new Map());
      throw error;
    });
    return new LiveStage({
      kind: 'url',
      abilities: linked === null ? fromTheDevice : new Set([...fromTheDevice, ...byFaultLink]),
      devices: phones,
      server: linked ?? absentServer,
      network: line,
      time,
      startedWallMs,
      wake,
      jump: () => Promise.reject(new StageError('time can not be moved at a URL', 'play this story with --on sim')),
      failure,
      close: () => close(phones),
    });
  };
}

/** One answer of any kind is enough: what it means is for the devices to find out. */
async function checkAddress(url: string): Promise<void> {
  if (!URL.canParse(url)) throw new StageError(`${url} is no address`, 'write it as https://host/path');
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000), redirect: 'manual' });
  } catch (error) {
    throw unreachable(url, error);
  }
}

function unreachable(url: string, cause: unknown): StageError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
  const hint = 'check the address, and that the server runs';
  return new StageError(`${url} can't be reached: ${reason}`, hint, { cause });
}
