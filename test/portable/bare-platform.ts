import { createContext, runInContext } from 'node:vm';
import type { KeyValueStore } from '../../src/adapters/portable/index.ts';
import type { App, AppOptions } from './phone-app.ts';

/** All that the platform offers beside the language: what both React Native and browsers have. */
const offered = {
  fetch,
  AbortController,
  setTimeout,
  clearTimeout,
  TextEncoder,
  console,
  performance: { now: () => performance.now() },
  crypto: { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) },
};

/** What Node or a browser has and a phone lacks. Looking for it is remembered. */
const lacking = [
  'process',
  'Buffer',
  'require',
  'module',
  'setImmediate',
  'structuredClone',
  'document',
  'localStorage',
  'XMLHttpRequest',
  'WebSocket',
];

/** A place where a bundle runs that offers no Node, no DOM, and no code made from text, as on phones. */
export interface BarePlatform {
  readonly startApp: (options: AppOptions) => Promise<App>;
  /** Runs code in it. */
  readonly run: (code: string) => unknown;
  /** Globals that were looked for in vain. */
  readonly missed: ReadonlySet<string>;
}

/** Loads a bundle into a fresh place. Throws what the bundle throws while it loads. */
export function loadInto(bundle: string): BarePlatform {
  const missed = new Set<string>();
  const context = createContext({ ...offered }, { codeGeneration: { strings: false, wasm: false } });
  for (const name of lacking) {
    Object.defineProperty(context, name, {
      configurable: true,
      get: () => {
        missed.add(name);
        return undefined;
      },
    });
  }
  const run = (code: string): unknown => runInContext(code, context);
  run(bundle);
  return { startApp: run('app.startApp') as BarePlatform['startApp'], run, missed };
}

/** A store of the shape of AsyncStorage over a Map, which outlives the app. Nothing happens at once. */
export function asyncStorageOver(map: Map<string, string>): KeyValueStore {
  const later = async <T>(work: () => T): Promise<T> => {
    await new Promise((resolve) => setImmediate(resolve));
    return work();
  };
  return {
    getItem: (key) => later(() => map.get(key) ?? null),
    setItem: (key, value) => later(() => void map.set(key, value)),
    removeItem: (key) => later(() => void map.delete(key)),
    multiGet: (keys) => later(() => keys.map((key) => [key, map.get(key) ?? null] as const)),
    multiRemove: (keys) => later(() => keys.forEach((key) => void map.delete(key))),
  };
}
