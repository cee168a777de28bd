import { brandId, type DeviceId, type UserId } from '../core/ids.ts';
import { defaultLimits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import { initDevice } from '../engine/init-device.ts';
import { present } from '../lib/assert.ts';
import type { Awaitable } from '../ports/storage.ts';
import { Phone } from '../stage/phone.ts';
import type { PhoneDisk, PhoneLine } from '../stage/phone-world.ts';
import { appRegistry, registries } from '../stage/registries.ts';
import { openBooks, type ServerBooks } from '../stage/server-books.ts';
import { isShared, type SharedDisk, sharedEnd } from '../stage/shared-disk.ts';
import type { DeviceSetup, OpenStage, StageSetup } from '../stage/stage.ts';
import { Teller } from '../stage/teller.ts';
import { whenReady } from '../stage/when-ready.ts';
import { Agenda, type TieBreak } from './agenda.ts';
import { memoryDisk, sqliteDisk } from './disk.ts';
import { Draws } from './draws.ts';
import { LiveLines } from './live-lines.ts';
import { Network } from './network.ts';
import { phoneLine } from './phone-line.ts';
import { PlanBoard } from './plan-board.ts';
import { Site, SiteClock } from './site.ts';
import { type SimParts, SimStage } from './stage.ts';

/** What a simulation may differ in from that of a story. */
export interface SimOptions {
  /** `planned` (default): events of one instant happen as they were planned. `drawn`: in an order drawn by the seed. */
  readonly order?: 'planned' | 'drawn';
}

/** Wall time at the start of every simulated story: Monday, 5 January 2026, 08:00 UTC. */
const startedWallMs = Date.UTC(2026, 0, 5, 8);

/** Opens the virtual world: everything in this process, on virtual time, the same for the same setup. */
export const openSim: OpenStage = (setup) => openSimWith(setup, {});

/** As {@link openSim}, perhaps in another order. */
export async function openSimWith(setup: StageSetup, options: SimOptions): Promise<SimStage> {
  const draws = new Draws(setup.seed, setup);
  const order = options.order === 'drawn' ? draws : setup.order === undefined ? null : new Draws(setup.order);
  const agenda = new Agenda(order === null ? undefined : drawnOrder(order));
  const teller = new Teller(setup.trace, () => agenda.nowMs);
  const registry = registries[setup.registry];
  const seen = { changes: 0 };
  const world = {
    setup,
    draws,
    agenda,
    teller,
    registry,
    changed: () => {
      seen.changes += 1;
    },
  };
  const site = openSite(world);
  const board = new PlanBoard();
  const network = new Network({ agenda, draws, site, teller, board });
  const delayMs = (lane: string): number => network.delayMs(lane);
  const live = new LiveLines({ agenda, board, teller, delayMs, hub: () => site.hub });
  const line = phoneLine({ network, live, board });
  const devices = new Map<string, Phone>();
  const shared = new Map<string, SharedDisk>();
  for (const device of setup.devices) devices.set(device.name, await makePhone(device, { ...world, line, shared }));
  for (const phone of devices.values()) await phone.begin();
  return new SimStage({ agenda, network, board, site, teller, devices, startedWallMs, changes: () => seen.changes });
}

type World = Pick<SimParts, 'agenda' | 'teller'> & {
  readonly setup: StageSetup;
  readonly draws: Draws;
  readonly registry: Registry;
  readonly changed: () => void;
};

function openSite(world: World): Site {
  const { setup, draws, agenda, teller, registry, changed } = world;
  const random = draws.sourceOf('server');
  const clock = new SiteClock(agenda, startedWallMs);
  const open = (path: string | Buffer): ServerBooks =>
    openBooks(path, { registry, limits: setup.serverLimits, random, nowMs: () => clock.nowMs() });
  const books = open(':memory:');
  books.desk.seed(setup.fixtures);
  const bodyBytes = setup.serverLimits.bodyBytes ?? null;
  return new Site({ agenda, clock, books, reopen: open, teller, bodyBytes, changed });
}

async function makePhone(
  setup: DeviceSetup,
  world: World & { readonly line: PhoneLine; readonly shared: Map<string, SharedDisk> },
): Promise<Phone> {
  const { draws, agenda, line, teller, registry, changed } = world;
  const firstRegistry = present(appRegistry(world.setup.registry, setup.app ?? 'current'), 'there is an older app');
  const newDisk = (user: string, wallMs: number): Awaitable<PhoneDisk> => {
    const { unsyncedMax } = world.setup;
    const disk = world.setup.disk === 'sqlite' ? sqliteDisk(unsyncedMax) : memoryDisk(unsyncedMax);
    const deviceId = brandId<DeviceId>(deviceIdOf(user === setup.user ? setup.name : `${setup.name}-${user}`));
    return whenReady(
      initDevice(disk.open(), { deviceId, userId: brandId<UserId>(user), registry: firstRegistry, wallMs }),
      () => {
        disk.shut();
        return disk;
      },
    );
  };
  const isAlone = !isShared(setup, world.setup.devices);
  const born = () => newDisk(setup.user, startedWallMs + setup.clockMs);
  const disk = isAlone ? await born() : await sharedEnd(world.shared, setup, born);
  return new Phone(setup, disk, {
    newDisk,
    time: agenda,
    line,
    random: draws.sourceOf(`seed/${setup.name}`),
    teller,
    registry,
    firstRegistry,
    isAlone,
    limits: { ...defaultLimits, ...setup.limits },
    startedWallMs,
    changed,
  });
}

/** The id a device has at first: its name, in the letters that ids may hold. */
function deviceIdOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_.:-]/g, '_').slice(0, 64);
}

function drawnOrder(draws: Draws): TieBreak {
  return (lane) => draws.below(0x1_0000, `tie/${lane}`);
}
