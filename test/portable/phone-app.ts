// What an app puts together from the portable entry points, in words that React Native and browsers know: it is bundled
// for them and runs where nothing else is offered.
import {
  clockFrom,
  fetchTransport,
  fixedToken,
  type KeyValueStore,
  manualConnectivity,
  openKeyValueStorage,
  randomFrom,
} from '../../src/adapters/portable/index.ts';
import {
  brandId,
  type Device,
  type DeviceId,
  defaultLimits,
  gurasRegistry,
  initDevice,
  openDevice,
  type UserId,
} from '../../src/index.ts';

/** Where the app runs and for whom. */
export interface AppOptions {
  readonly baseUrl: string;
  readonly user: string;
  readonly deviceId: string;
  /** AsyncStorage, or anything of its shape. */
  readonly store: KeyValueStore;
  /** Whether this is the first start of the app. */
  readonly isNew: boolean;
}

/** The app as a test holds it. */
export interface App {
  readonly device: Device;
  /** Ends the app as the platform does when it is closed by its user. */
  close(): Promise<void>;
}

/** Starts the app. */
export async function startApp({ baseUrl, user, deviceId, store, isNew }: AppOptions): Promise<App> {
  const clock = clockFrom({
    wall: () => Date.now(),
    mono: () => performance.now(),
    boot: 'this boot',
    setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimer: (handle) => clearTimeout(handle),
  });
  const storage = await openKeyValueStorage({ store });
  const identity = { deviceId: brandId<DeviceId>(deviceId), userId: brandId<UserId>(user) };
  if (isNew) await initDevice(storage, { ...identity, registry: gurasRegistry, wallMs: Date.now() });
  const transport = fetchTransport({
    baseUrl,
    tokens: fixedToken(user),
    subject: user,
    clock,
    requestTimeoutMs: defaultLimits.requestTimeoutMs,
    fetch: (url, request) => fetch(url, request),
    controller: () => new AbortController(),
  });
  const device = await openDevice({
    storage,
    transport,
    clock,
    random: randomFrom((count) => crypto.getRandomValues(new Uint8Array(count))),
    connectivity: manualConnectivity(),
    registry: gurasRegistry,
    holder: 'the app',
    automatic: false,
    exclusive: true,
  });
  const close = async (): Promise<void> => {
    await device.stop();
    await transport.close();
    await storage.close();
  };
  return { device, close };
}
