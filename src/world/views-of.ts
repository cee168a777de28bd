import type { Status } from '../core/sync/status.ts';
import type { Device } from '../engine/device.ts';
import type { Awaitable } from '../ports/storage.ts';
import type { StageDevice } from '../stage/device.ts';
import { atOnce, type Occasion, readView, type View } from './view.ts';
import type { Watcher } from './watch.ts';

/** Looks at one device of a simulation as a whole, at the moments when that tells most. */
export class ViewsOf {
  readonly #device: StageDevice;
  readonly #watcher: Watcher;
  /** What was shown when the app was killed last, and which data that was. */
  #killed: { readonly view: View; readonly data: number } | null = null;
  #lives: number;

  /** The life that runs already is not looked at: it shows nothing yet. */
  constructor(device: StageDevice, watcher: Watcher) {
    this.#device = device;
    this.#watcher = watcher;
    this.#lives = device.lives();
  }

  /** Looks at the running app; a dead one shows nothing. */
  look(occasion: Occasion): void {
    const engine = this.#device.engine();
    if (engine === null) return;
    const view = this.#read(engine, occasion, null);
    if (occasion === 'killed') this.#killed = { view, data: this.#dataNow() };
    this.#watcher.viewed(view);
  }

  /** A life is there. It is looked at when it is first seen, which is the moment of its start. */
  started(engine: Device): void {
    const lives = this.#device.lives();
    const isNext = lives === this.#lives + 1;
    this.#lives = lives;
    const killed = this.#killed;
    this.#killed = null;
    if (!isNext) return;
    const isSame = killed?.data === this.#dataNow() && killed.view.user === this.#device.user;
    this.#watcher.viewed(this.#read(engine, 'started', isSame ? killed.view : null));
  }

  /** Somebody read its status. */
  said(engine: Device, status: Awaitable<Status>): void {
    const { name, user } = this.#device;
    this.#watcher.said({ device: name, user, status: atOnce(status), log: () => atOnce(engine.log()) });
  }

  #dataNow(): number {
    return this.#watcher.ledger.dataOf(this.#device.name);
  }

  #read(engine: Device, occasion: Occasion, before: View | null): View {
    return readView(engine, { device: this.#device, ledger: this.#watcher.ledger, occasion, before });
  }
}
