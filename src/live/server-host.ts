import type { ChildProcess } from 'node:child_process';
import { StageError } from '../stage/stage.ts';
import { forkWorker } from './fork-worker.ts';
import type { HostedCallName, HostedCalls, HostMessage, ServedCall } from './host-messages.ts';

/** One server in the other process. */
export interface HostedServer {
  /** Asks it something. Rejects with `StageError` when it fails or its process is gone. */
  ask<Name extends HostedCallName>(name: Name, asks: HostedCalls[Name]['asks']): Promise<HostedCalls[Name]['gives']>;
}

interface Waiting {
  readonly resolve: (gives: unknown) => void;
  readonly reject: (error: StageError) => void;
}

const hint = 'run the story again; if it fails again, look at the messages of the server above';

/**
 * A child process in which the servers of this process's live stages run: one process for all of them, because a story
 * takes less time than a start of Node; each stage has a server, a store and a clock of its own. The child ends with
 * the channel to this process, however this process ends, and does not keep it alive while nobody waits for it.
 */
export class ServerHost {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<number, (served: ServedCall) => void>();
  readonly #ready: Promise<void>;
  #asked = 0;
  #servers = 0;
  #gone: StageError | null = null;

  constructor() {
    this.#child = forkWorker('live');
    this.#ready = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject });
    });
    this.#ready.catch(() => undefined);
    this.#child.on('message', (message) => this.#hear(message as HostMessage));
    this.#child.on('error', (error) => this.#end(`the server process could not be started: ${error.message}`));
    this.#child.on('exit', (code, signal) => this.#end(`the server process ended (${signal ?? `exit code ${code}`})`));
  }

  /** Whether its process is there to host servers. */
  get isGone(): boolean {
    return this.#gone !== null;
  }

  /** Resolves when the process can take servers. Rejects with `StageError` when it can't be started. */
  started(): Promise<void> {
    return this.#ready;
  }

  /** A place for one more server, which begins with `open`. `listener` is told of every call it answers. */
  server(listener: (served: ServedCall) => void): HostedServer {
    this.#servers += 1;
    const server = this.#servers;
    this.#listeners.set(server, listener);
    return {
      ask: async (name, asks) => {
        await this.#ready;
        const gives = await this.#ask({ server, name, asks });
        if (name === 'close') this.#listeners.delete(server);
        return gives as never;
      },
    };
  }

  /** Ends the process and all its servers. */
  async close(): Promise<void> {
    if (this.#gone !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await exited;
  }

  #ask(question: { readonly server: number; readonly name: HostedCallName; readonly asks: unknown }): Promise<unknown> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    this.#asked += 1;
    const n = this.#asked;
    return new Promise((resolve, reject) => {
      this.#wait(n, { resolve, reject });
      this.#child.send({ n, ...question });
    });
  }

  /** The child is held as long as somebody waits for it, and no longer. */
  #wait(n: number, waiting: Waiting): void {
    this.#waiting.set(n, waiting);
    this.#child.ref();
    this.#child.channel?.ref();
  }

  #hear(message: HostMessage): void {
    if (message.kind === 'served') {
      this.#listeners.get(message.server)?.(message.served);
      return;
    }
    const n = message.kind === 'ready' ? 0 : message.n;
    const waiting = this.#waiting.get(n);
    this.#waiting.delete(n);
    if (this.#waiting.size === 0) this.#letGo();
    if (message.kind === 'fails') waiting?.reject(new StageError(message.message, hint));
    else waiting?.resolve(message.kind === 'gives' ? message.gives : null);
  }

  #letGo(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #end(message: string): void {
    if (this.#gone !== null) return;
    this.#gone = new StageError(message, hint);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
