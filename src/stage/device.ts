import type { CallName } from '../core/protocol/paths.ts';
import type { Notice } from '../core/sync/output.ts';
import type { Device } from '../engine/device.ts';
import type { FaultScope } from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { Awaitable } from '../ports/storage.ts';
import type { CrashPoint } from './crashing-storage.ts';
import type { DataCopy } from './data-copy.ts';
import type { StorageState } from './failing-storage.ts';

/** A notice of a device with the true time it was given. */
export interface SeenNotice {
  /** Time since the start of the story, ms. */
  readonly atMs: number;
  readonly notice: Notice;
}

/**
 * One device of a world: its engine, and what happens to the phone around it. Every method acts at this instant and
 * returns without time passing; what takes time is waited for with `Stage.runUntil`.
 */
export interface StageDevice {
  readonly name: string;
  /** The user who is signed in now. */
  readonly user: string;
  /**
   * Another user signs in, for the first time or again: the app closes and starts on that user's data. Those of the one
   * before stay on the device as they are (`switch-user`).
   */
  signInAs(user: string): Awaitable<void>;
  /**
   * The running engine, or null while the app is killed. Take it anew after every wait: each life has another one.
   * Promises of its sync requests settle while `Stage.runUntil` runs, and never once that life is killed.
   */
  engine(): Device | null;
  /** Lives so far, 1 or more: how often the app was started. */
  lives(): number;
  /** Whether the phone has a line. */
  isOnline(): boolean;
  /** Cuts or gives back the phone's line. Cutting it resets the calls on the wire, whose effect may have happened. */
  setOnline(online: boolean): void;
  /** Kills the app: commits survive; memory, timers and calls on the wire are gone. Killing a dead app does nothing. */
  kill(): Awaitable<void>;
  /**
   * The app dies in a commit: see {@link CrashPoint}. What was to die before and has not does not any more (`kill`).
   */
  crashAt(point: CrashPoint): void;
  /**
   * The power goes: the app is killed, the boot ends, and the last `lostCommits` (0 or more) vanish as a suffix, as on
   * a disk that says "synced" too early. What the disk has folded into its file since stays (`power-cut`).
   */
  cutPower(lostCommits: number): Awaitable<void>;
  /**
   * Suspends the running app: nothing happens to it, and its timers stand still, until `resume` or its end. `deep`: the
   * phone's monotonic clock stands still as well (`suspend`).
   */
  suspend(how: { readonly deep: boolean }): void;
  /** Lets a suspended app go on `delayMs` (0 or more) from now (`suspend`). */
  resume(delayMs: number): void;
  isSuspended(): boolean;
  /** Its data as they are now, complete at a commit; the app goes on (`copy-data`). */
  copyData(): DataCopy;
  /** Kills the app and puts these data in place of its own; `restart` starts it on them (`copy-data`). */
  loadData(copy: DataCopy): Awaitable<void>;
  /** Keeps a copy beside its data, in place of the one kept before. */
  keepBackup(copy: DataCopy): void;
  /** The copy that is kept, or null. */
  backup(): DataCopy | null;
  /** How its storage stands from now on, over all lives; `good` at first (`storage`). */
  setStorage(state: StorageState): void;
  /** Kills the app and puts one that knows the data of the server in its place; `restart` starts it on its data (`upgrade`). */
  upgrade(): Awaitable<void>;
  /** The next write of the app fails once, as on a storage that is full for a moment (`storage`). */
  failWrite(): void;
  /** Starts a killed app `delayMs` (0 or more) from now, on the same data, with the same `start()` as at first. */
  restart(delayMs: number): void;
  /** Sets the wall clock to true time plus `offsetMs`. The monotonic clock does not move. */
  setClock(offsetMs: number): void;
  /** Lets the wall clock gain so much in a day, or lose it, ms, from now on. The monotonic clock stays true. */
  drift(perDayMs: number): void;
  /** Arms a fault for this device's next matching calls, as `arm` of `faults/plan` does (`fault:<name>`). */
  arm(setting: FaultSetting, scope: Omit<FaultScope, 'device'>): void;
  /** Drops all armed faults that have not struck, a crash too. */
  disarm(): void;
  /**
   * How the renewal of its token goes from now on: it takes so long, ms, or is refused (null). At first, 0
   * (`renewal`).
   */
  setRenewal(takesMs: number | null): void;
  /** How often it asked for a new token, in all lives (`renewal`). */
  renewals(): number;
  /** Everything the app was told, in all lives, oldest first. */
  notices(): readonly SeenNotice[];
  /** The times at which this device handed requests of a call to the network, in all lives: ms of the story, in order. */
  sentAt(call: CallName): readonly number[];
  /** How many requests of each call this device handed to the network, in all lives. */
  requests(): Readonly<Record<CallName, number>>;
}
