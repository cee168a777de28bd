import type { Limits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import type { FaultScope } from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { Random } from '../ports/random.ts';
import type { Awaitable, Storage } from '../ports/storage.ts';
import type { Transport } from '../ports/transport.ts';
import type { DataCopy } from './data-copy.ts';
import type { StoryTime } from './phone-clock.ts';
import type { Teller } from './teller.ts';

/** One life's end of the line. */
export interface LineEnd {
  /** The device's name in the story. */
  readonly device: string;
  readonly user: string;
  readonly requestTimeoutMs: number;
  /** False once the life is over: then nothing is delivered any more. */
  isAlive(): boolean;
  isOnline(): boolean;
  /** Name of a call in the story, unique over all lives. */
  callName(callId: string): string;
}

/** The line between a phone and the server, as its world provides it. */
export interface PhoneLine {
  /** The transport of one life. */
  transportOf(end: LineEnd): Transport;
  /** Where one life is told of changes at once. */
  liveOf(end: LineEnd): LiveFeed;
  /** Cuts a device's line, which resets its calls on the wire (what has left it may still take effect), or gives it back. */
  setOnline(device: string, online: boolean): void;
  /** Forgets what a killed device had on the wire: nobody hears of the outcome. */
  forget(device: string): void;
  /** Arms a fault; see `arm` of `faults/plan`. */
  arm(setting: FaultSetting, scope: FaultScope): void;
  /** Drops the faults armed for a device. */
  disarm(device: string): void;
  /** How long the renewal of a device's token takes from now on, ms; null: it is refused. */
  setRenewal(device: string, takesMs: number | null): void;
  /** How often a device asked for a new token. */
  renewals(device: string): number;
}

/** Where a phone keeps its data over all lives. */
export interface PhoneDisk {
  /** Opens the store for a life. The life before has ended. */
  open(): Awaitable<Storage>;
  /** The process ends without a word: every commit survives, and the life's store answers no more. */
  kill(): void;
  /** Closes the life's store in good order: the story is over. */
  shut(): void;
  /** The data as they are now; a life may run. */
  copy(): DataCopy;
  /** Puts a copy, made by a disk of this kind, in place of the data. No life may run. */
  load(copy: DataCopy): void;
  /** The power goes: like a kill, and the last `lostCommits` vanish, as far as this disk holds them unsynced. */
  cutPower(lostCommits: number): void;
}

/** What a phone stands in. */
export interface PhoneWorld {
  readonly time: StoryTime;
  readonly line: PhoneLine;
  /** A disk with a new device of this user on it, made while the phone's wall clock shows `wallMs`. */
  newDisk(user: string, wallMs: number): Awaitable<PhoneDisk>;
  readonly random: Random;
  readonly teller: Teller;
  readonly registry: Registry;
  /** The data as the app knows them at first; `registry` after an upgrade. */
  readonly firstRegistry: Registry;
  /** Whether no other process can open its data. */
  readonly isAlone: boolean;
  readonly limits: Limits;
  readonly startedWallMs: number;
  /** Told of everything that a condition could see. */
  changed(): void;
}
