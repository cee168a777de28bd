import type { Limits } from '../core/limits.ts';
import type { Event } from '../core/sync/event.ts';
import type { StepResult } from '../core/sync/output.ts';
import { obstacle } from '../core/sync/phase.ts';
import type { State } from '../core/sync/state.ts';
import type { Turn } from '../core/sync/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { Awaitable } from '../ports/storage.ts';
import { LiveListener } from './live-listener.ts';

/** What a watch over a device needs. */
export interface LiveWatchParts {
  readonly line: LiveFeed;
  readonly clock: Pick<Clock, 'after'>;
  readonly limits: Limits;
  readonly seed: string;
  /** Reads the device as it stands now. */
  readonly read: <T>(work: (turn: Turn) => T) => Awaitable<T>;
  readonly state: () => State;
  readonly onNews: () => void;
}

/** Lets a device listen whenever it may call the server on its own, and never otherwise. */
export class LiveWatch {
  readonly #parts: LiveWatchParts;
  readonly #listener: LiveListener;
  #deviceId = '';
  #seen = '';
  #isStopped = false;

  constructor(parts: LiveWatchParts) {
    this.#parts = parts;
    this.#listener = new LiveListener({ ...parts, deviceId: () => this.#deviceId });
  }

  /** Looks whether the device may still listen, after events that can change that. */
  stepped(event: Event, { commit }: StepResult): void {
    const { automatic, leased, online, needsAuth, updateRequired } = this.#parts.state();
    const seen = [automatic, leased, online, needsAuth, updateRequired].join();
    const isNews =
      seen !== this.#seen ||
      event.kind === 'foreign-change' ||
      commit.some((write) => write.table === 'meta' && 'put' in write && write.put.name === 'device');
    this.#seen = seen;
    if (isNews) this.#look(automatic && leased);
  }

  /** Ends the connection for good. */
  stop(): void {
    this.#isStopped = true;
    this.#listener.want(false);
  }

  #look(isAtWork: boolean): void {
    if (!isAtWork) {
      this.#want(false);
      return;
    }
    const found = this.#parts.read((turn) => ({ may: obstacle(turn) === null, id: turn.meta('device').deviceId }));
    if (found instanceof Promise)
      void found.then(
        ({ may, id }) => this.#want(may, id),
        () => undefined,
      );
    else this.#want(found.may, found.id);
  }

  #want(wanted: boolean, deviceId: string = this.#deviceId): void {
    if (this.#isStopped) return;
    // A device that took a new identity is another guest.
    if (deviceId !== this.#deviceId) this.#listener.want(false);
    this.#deviceId = deviceId;
    this.#listener.want(wanted);
  }
}
