import type { Rows } from '../core/sync/rows.ts';
import { assert } from '../lib/assert.ts';
import type { Awaitable, Storage, Work } from '../ports/storage.ts';
import type { PhoneDisk } from './phone-world.ts';
import type { DeviceSetup } from './stage.ts';
import { whenReady } from './when-ready.ts';

/** What several processes of one phone work on: opened by the first of them, and left when the last one has ended. */
export interface Medium {
  open(): Awaitable<Storage>;
  /** Opens it once more, for a process beside the first; absent where all share one store in memory. */
  openBeside?(): Storage;
  /** The last process has ended without a word. */
  kill(): void;
  /** The last process has ended in good order. */
  shut(): void;
}

/** One store that any number of processes may have open, each with an end of its own. */
export class SharedDisk {
  readonly #medium: Medium;
  #store: Storage | null = null;
  #open = 0;
  #commits = 0;

  constructor(medium: Medium) {
    this.#medium = medium;
  }

  /** The disk as one process sees it. Its data can be neither copied nor cut: other processes are at work on them. */
  end(): PhoneDisk {
    let isOpen = false;
    let beside: Storage | null = null;
    const leave = (last: 'kill' | 'shut'): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#open -= 1;
      void beside?.close();
      beside = null;
      if (this.#open > 0) return;
      this.#store = null;
      this.#medium[last]();
    };
    const refuse = (): never => {
      throw new Error('the data of a disk that processes share are neither copied, replaced nor cut');
    };
    return {
      open: () => {
        assert(!isOpen, 'a process opens its end once');
        isOpen = true;
        this.#open += 1;
        if (this.#store !== null && this.#medium.openBeside !== undefined) {
          beside = this.#medium.openBeside();
          return beside;
        }
        return whenReady(this.#store ?? this.#medium.open(), (store) => this.#ownEnd(store));
      },
      kill: () => leave('kill'),
      shut: () => leave('shut'),
      copy: refuse,
      load: refuse,
      cutPower: refuse,
    };
  }

  #ownEnd(store: Storage): Storage {
    this.#store = store;
    if (this.#medium.openBeside !== undefined) return store;
    let seen = 0;
    const start = this.#commits;
    const counting =
      <T>(work: (rows: Rows) => Work<T>) =>
      (rows: Rows) => {
        const done = work(rows);
        if (done.commit.length > 0) {
          this.#commits += 1;
          seen += 1;
        }
        return done;
      };
    return {
      transact: (work) => store.transact(counting(work)),
      read: (work) => store.read(work),
      foreignChanges: () => this.#commits - start - seen,
      close: () => undefined,
    };
  }
}

/** Whether a device is one of several processes on the same data. */
export function isShared({ name, shares }: DeviceSetup, all: readonly DeviceSetup[]): boolean {
  return shares !== undefined || all.some((other) => other.shares === name);
}

/** The end of a process: of the disk of the device that it shares, or of a new one. */
export async function sharedEnd(
  known: Map<string, SharedDisk>,
  { name, shares }: DeviceSetup,
  born: () => Awaitable<Medium>,
): Promise<PhoneDisk> {
  const disk = known.get(shares ?? name) ?? new SharedDisk(await born());
  known.set(shares ?? name, disk);
  return disk.end();
}
