import type { BuiltTool } from './built-tool.ts';
import { Child } from './child.ts';

/** A `serve` over one store, a SQLite file unless told otherwise, on one port, over all its lives. */
export class Served {
  readonly file: string;
  readonly #tool: BuiltTool;
  readonly #store: string;
  #child: Child | null = null;
  #port = 0;
  #starting: Promise<void> | null = null;

  constructor(tool: BuiltTool, file: string, store = `sqlite:${file}`) {
    this.#tool = tool;
    this.file = file;
    this.#store = store;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isUp(): boolean {
    return this.#child?.isOver === false && this.#starting === null;
  }

  /** Starts it, the first time on a free port, later on the same one, and waits until it listens. */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** Ends its process; gives how. Nothing is told to it before with `SIGKILL`. */
  end(signal: NodeJS.Signals) {
    return this.#child?.end(signal);
  }

  /** What the fault interface says of a user; see src/server/http/fault-routes.ts. */
  async user(name: string): Promise<SeenUser> {
    const answer = await fetch(`${this.url}/fault/users/${name}`);
    return (await answer.json()) as SeenUser;
  }

  async #start(): Promise<void> {
    const { command } = this.#tool;
    const args = ['serve', '--port', String(this.#port), '--store', this.#store, '--faults', '--log-level', 'error'];
    const child = new Child([command, ...args]);
    this.#child = child;
    const [, port] = await child.shows(/http:\/\/127\.0\.0\.1:(\d+)\n/);
    this.#port = Number(port);
  }
}

/** A user as the fault interface reads it beside the network. */
export interface SeenUser {
  readonly counter: number;
  readonly rows: readonly {
    readonly entityType: string;
    readonly entityId: string;
    readonly version: number;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
  readonly verdicts: readonly { readonly id: string; readonly kind: string; readonly status: string }[];
  /** How many lines of the history each change left. */
  readonly effects: Readonly<Record<string, number>>;
}
