import type { Served } from '../process/served.ts';
import type { WatchedLine } from '../process/watched-line.ts';
import type { Tally } from './tally.ts';
import { openFrames } from './write-ahead-log.ts';

/** A server that is killed while it works, and started again on the same file and port. */
export class ServerUnderFire {
  readonly #served: Served;
  readonly #line: WatchedLine;
  readonly #tally: Tally;
  #busy: Promise<void> | null = null;

  constructor(parts: { readonly served: Served; readonly line: WatchedLine; readonly tally: Tally }) {
    this.#served = parts.served;
    this.#line = parts.line;
    this.#tally = parts.tally;
  }

  /**
   * Kills it `afterMs` after the next push of this device went to it. Resolves when it listens again; gives up, without
   * a kill, when `over` comes first.
   */
  async killAtPush(device: string, { afterMs, over }: { readonly afterMs: number; readonly over: Promise<unknown> }) {
    let forget = (): void => undefined;
    const push = new Promise<'push'>((resolve) => {
      forget = this.#line.watch((call, point) => {
        if (call.device === device && call.call === 'push' && point === 'forwarded') resolve('push');
        return undefined;
      });
    });
    const first = await Promise.race([push, over]);
    forget();
    if (first !== 'push') return;
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    // Another device may just be killing it as well: then that one's kill is the one that counts.
    this.#busy ??= this.#killAndStart(`push + ${afterMs} ms`).finally(() => {
      this.#busy = null;
    });
    await this.#busy;
  }

  async #killAndStart(moment: string): Promise<void> {
    const unanswered = this.#line.atServer.length > 0;
    await this.#served.end('SIGKILL');
    this.#tally.add({
      of: 'server',
      moment: `serve at ${moment}`,
      inFlight: false,
      openTransaction: openFrames(this.#served.file) > 0,
      unanswered,
    });
    await this.#served.start();
  }
}
