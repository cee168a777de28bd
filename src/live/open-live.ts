import { nodeRandom } from '../adapters/node/random.ts';
import { brandId, type DeviceId, type UserId } from '../core/ids.ts';
import { defaultLimits } from '../core/limits.ts';
import { initDevice } from '../engine/init-device.ts';
import { present } from '../lib/assert.ts';
import { memoryDisk } from '../sim/disk.ts';
import { Phone } from '../stage/phone.ts';
import type { PhoneDisk } from '../stage/phone-world.ts';
import { appRegistry, registries } from '../stage/registries.ts';
import { isShared, type SharedDisk, sharedEnd } from '../stage/shared-disk.ts';
import type { DeviceSetup, StageSetup } from '../stage/stage.ts';
import { Teller } from '../stage/teller.ts';
import { FileDisk } from './file-disk.ts';
import type { LiveLine } from './line.ts';
import { makePrivateFolder, type PrivateFolder } from './private-folder.ts';
import { ScaledTime } from './scaled-time.ts';
import { Wake } from './wake.ts';

/** What every live world is built from: time, the trace, a folder, and what failed beside the story. */
export interface LiveGround {
  readonly setup: StageSetup;
  /** Where devices keep their data. */
  readonly store: 'sqlite' | 'memory';
  readonly time: ScaledTime;
  readonly startedWallMs: number;
  readonly teller: Teller;
  readonly wake: Wake;
  readonly folder: PrivateFolder;
  /** Which device makes itself known by which id. */
  readonly names: Map<string, string>;
  readonly fail: (error: unknown) => void;
  readonly failure: () => { readonly error: unknown } | null;
}

/** Lays the ground of a live world whose time runs `speed` times as fast as the machine's. */
export function layGround(setup: StageSetup, speed: number, store: LiveGround['store'] = 'sqlite'): LiveGround {
  const wake = new Wake();
  let failure: { readonly error: unknown } | null = null;
  const fail = (error: unknown): void => {
    failure ??= { error };
    wake.changed();
  };
  const startedWallMs = Date.now();
  const time = new ScaledTime({ speed, fail });
  const teller = new Teller(setup.trace, () => time.nowMs);
  const folder = makePrivateFolder();
  const names = new Map<string, string>();
  return { setup, store, time, startedWallMs, teller, wake, folder, names, fail, failure: () => failure };
}

/** Makes the devices with their files and starts them, in the order of the plan. */
export async function startPhones(ground: LiveGround, line: LiveLine): Promise<ReadonlyMap<string, Phone>> {
  const phones = new Map<string, Phone>();
  const shared = new Map<string, SharedDisk>();
  for (const [index, device] of ground.setup.devices.entries()) {
    phones.set(device.name, await makePhone(ground, line, { device, index, shared }));
  }
  for (const phone of phones.values()) await phone.begin();
  return phones;
}

async function makePhone(
  { setup, store: kind, time, startedWallMs, teller, wake, folder }: LiveGround,
  line: LiveLine,
  {
    device,
    index,
    shared,
  }: { readonly device: DeviceSetup; readonly index: number; readonly shared: Map<string, SharedDisk> },
): Promise<Phone> {
  const registry = registries[setup.registry];
  const firstRegistry = present(appRegistry(setup.registry, device.app ?? 'current'), 'there is an older app');
  const random = nodeRandom();
  let disks = 0;
  const newDisk = async (user: string, wallMs: number): Promise<PhoneDisk> => {
    disks += 1;
    const name = `device-${index + 1}-${disks}`;
    const disk = kind === 'memory' ? memoryDisk(setup.unsyncedMax) : new FileDisk(folder.path, name);
    const deviceId = brandId<DeviceId>(`${deviceIdText(device.name)}-${random.seed().slice(0, 8)}`);
    await initDevice(disk.open(), { deviceId, userId: brandId<UserId>(user), registry: firstRegistry, wallMs });
    disk.shut();
    return disk;
  };
  const isAlone = !isShared(device, setup.devices);
  const born = () => newDisk(device.user, startedWallMs + device.clockMs);
  const disk = isAlone ? await born() : await sharedEnd(shared, device, born);
  if (!device.online) line.setOnline(device.name, false);
  return new Phone(device, disk, {
    time,
    line,
    newDisk,
    random,
    teller,
    registry,
    firstRegistry,
    isAlone,
    limits: { ...defaultLimits, ...device.limits },
    startedWallMs,
    changed: () => wake.changed(),
  });
}

/** The name in the letters that the id of a device may hold. */
function deviceIdText(name: string): string {
  return name.replace(/[^A-Za-z0-9_.:-]/g, '_').slice(0, 64);
}

/** Ends the devices and the time, and frees the line; what is left of the ground is the folder. */
export async function endPhones(
  { time }: LiveGround,
  line: LiveLine,
  phones: ReadonlyMap<string, Phone>,
): Promise<void> {
  for (const phone of phones.values()) phone.stop();
  time.stop();
  await line.close();
}
