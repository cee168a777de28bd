import { keyText } from '../../src/core/ids.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Ability } from '../../src/stage/ability.ts';
import type { Condition, Stage, StageSetup, Standing } from '../../src/stage/stage.ts';
import { digestOf, FakePhone, noRequests } from './fake-phone.ts';

const tickMs = 1_000;

/** What tests turn on a fake stage. */
export interface FakeOptions {
  readonly lacks?: readonly Ability[];
  /** The server takes every change but forgets to keep it: the bug that `effects` must see. */
  readonly forgets?: boolean;
}

/**
 * A stage for tests of the player alone: rows in maps, time in ticks of a second, every online device with automatic
 * sync exchanges with the server at each tick. It knows one user and no merging.
 */
export class FakeStage implements Stage {
  readonly kind = 'sim';
  readonly abilities: ReadonlySet<Ability>;
  readonly devices: ReadonlyMap<string, FakePhone>;
  readonly rows = new Map<string, JsonObject>();
  readonly committed: string[] = [];
  readonly setup: StageSetup;
  readonly options: FakeOptions;
  isClosed = false;
  isRunning = true;
  nowMs = 0;
  released: string[] = [];

  constructor(setup: StageSetup, options: FakeOptions = {}) {
    this.setup = setup;
    this.options = options;
    const all: Ability[] = [
      'devices',
      'kill',
      'device-clock',
      'jump',
      'seed-rows',
      'read-server',
      'stop-server',
      'fault:lose-response',
      'fault:status',
    ];
    this.abilities = new Set(all.filter((ability) => !options.lacks?.includes(ability)));
    this.devices = new Map(setup.devices.map((device) => [device.name, new FakePhone(device, this)]));
    for (const row of [...setup.fixtures.values()].flat()) this.rows.set(keyText(row), row.data);
    for (const phone of this.devices.values()) phone.exchange();
  }

  get clock(): Stage['clock'] {
    return {
      nowMs: () => this.nowMs,
      startedWallMs: 0,
      setTimeZone: () => undefined,
      jump: (byMs) => {
        this.nowMs += byMs;
      },
    };
  }

  get network(): Stage['network'] {
    const heard = { partition: () => undefined, heal: () => undefined, setLatency: () => undefined };
    return { ...heard, isHeld: () => true, release: (hold) => this.released.push(hold) > 0 };
  }

  get server(): Stage['server'] {
    const absent = () => {
      throw new Error('the fake server does not do this');
    };
    return {
      row: (_, key) => this.serverRow(keyText(key), key),
      rows: (_, type) =>
        [...this.rows.keys()]
          .filter((key) => key.startsWith(`${type}/`))
          .flatMap((key) => this.serverRow(key, { entityType: type, entityId: key.slice(type.length + 1) }) ?? []),
      effects: (_, ids) => new Map(ids.map((id) => [id, this.committed.filter((done) => done === id).length])),
      history: () => [],
      verdicts: () => ({ applied: this.committed.length, conflict: 0, rejected: 0 }),
      digest: () => digestOf(this.rows),
      requests: () => noRequests,
      write: absent,
      stop: () => {
        this.isRunning = false;
      },
      start: () => {
        this.isRunning = true;
      },
      isRunning: () => this.isRunning,
      setClock: absent,
      purge: absent,
      raiseEpoch: absent,
      requireSchema: absent,
      forgetResults: absent,
      setLagging: absent,
      backup: absent,
      restore: absent,
    };
  }

  private serverRow(
    text: string,
    key: { entityType: string; entityId: string },
  ): { version: number; data: JsonObject; entityType: string; entityId: string } | null {
    const data = this.rows.get(text);
    return data === undefined ? null : { ...key, version: 1, data };
  }

  async runUntil(condition: Condition, withinMs: number): Promise<Standing> {
    const deadline = this.nowMs + withinMs;
    for (;;) {
      const standing = await condition();
      if (standing.holds || this.nowMs >= deadline) return standing;
      this.nowMs = Math.min(deadline, this.nowMs + tickMs);
      for (const phone of this.devices.values()) phone.tick();
    }
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}
