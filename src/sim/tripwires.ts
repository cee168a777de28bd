import { BugError } from '../lib/assert.ts';

/** Reads a real clock, chance, timer or socket inside a simulation. */
type Trip = (...args: readonly unknown[]) => never;

interface Wire {
  readonly owner: object;
  readonly name: string;
  readonly replacement: unknown;
}

/** Owners by their name in messages, and the members that would let the real world in. */
const forbidden: readonly { readonly of: string; readonly owner: () => unknown; readonly names: readonly string[] }[] =
  [
    {
      of: '',
      owner: () => globalThis,
      names: ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'WebSocket'],
    },
    { of: 'Math.', owner: () => Math, names: ['random'] },
    { of: 'performance.', owner: () => globalThis.performance, names: ['now'] },
    { of: 'crypto.', owner: () => globalThis.crypto, names: ['randomUUID', 'getRandomValues'] },
    { of: 'process.', owner: () => process, names: ['hrtime'] },
    { of: 'AbortSignal.', owner: () => AbortSignal, names: ['timeout'] },
    { of: 'Socket.', owner: () => process.getBuiltinModule('node:net').Socket.prototype, names: ['connect'] },
  ];

let wires: readonly Wire[] | null = null;
let armed = 0;
let originals: readonly (PropertyDescriptor | undefined)[] = [];

/**
 * Makes the machine's clocks, timers, chance and sockets throw {@link BugError} until the returned function is called.
 * May be nested: the last one to let go restores them.
 */
export function armTripwires(): () => void {
  wires ??= makeWires();
  armed += 1;
  if (armed === 1) arm(wires);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    armed -= 1;
    if (armed === 0) disarm(wires ?? []);
  };
}

function arm(all: readonly Wire[]): void {
  originals = all.map(({ owner, name }) => Object.getOwnPropertyDescriptor(owner, name));
  for (const { owner, name, replacement } of all) {
    Object.defineProperty(owner, name, { value: replacement, configurable: true, writable: true });
  }
}

function disarm(all: readonly Wire[]): void {
  all.forEach(({ owner, name }, at) => {
    const original = originals[at];
    if (original === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, original);
  });
}

function makeWires(): readonly Wire[] {
  const calls = forbidden.flatMap(({ of, owner, names }) => {
    const object = owner();
    if (object === undefined || object === null) return [];
    return names
      .filter((name) => name in (object as object))
      .map((name) => ({ owner: object as object, name, replacement: tripping(`${of}${name}`) }));
  });
  return [...calls, { owner: globalThis, name: 'Date', replacement: dateWithoutNow() }];
}

function tripping(what: string): Trip {
  return () => {
    throw new BugError(`a simulation touches no real clock, chance, timer or socket, and this called ${what}`);
  };
}

/** `Date` with all its arithmetic, but without the present. */
function dateWithoutNow(): DateConstructor {
  const now = tripping('Date.now');
  return new Proxy(Date, {
    construct: (target, args, self) => (args.length === 0 ? now() : Reflect.construct(target, args, self)),
    apply: () => now(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
