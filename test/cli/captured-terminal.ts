import type { StopSignal } from '../../src/cli/exit.ts';
import { main } from '../../src/cli/main.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

/** What a run of the tool gave. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run of the tool is given beside its arguments. */
export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Lines that a person types, each when it is waited for; without them standard input is no terminal. */
  readonly typed?: readonly string[];
  /** Whether both output streams are terminals, `columns` wide (80 unless said). */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A terminal that keeps what is written, and can be asked to stop. */
export class CapturedTerminal implements Terminal {
  readonly stdin;
  readonly stdout;
  readonly stderr;
  readonly environment;
  readonly #stdin: string;
  readonly #typed: string[];
  readonly #text = { stdout: '', stderr: '' };
  readonly #stopping = new Set<(signal: StopSignal) => void>();
  readonly #writing = new Set<() => void>();

  constructor({ environment = {}, stdin = '', typed, isTTY = false, columns = 80 }: Surroundings = {}) {
    this.environment = environment;
    this.#stdin = stdin;
    this.stdin = { isTTY: typed !== undefined };
    this.#typed = [...(typed ?? [])];
    this.stdout = { isTTY, columns, write: (text: string) => this.#write('stdout', text) };
    this.stderr = { isTTY, columns, write: (text: string) => this.#write('stderr', text) };
  }

  get text(): { readonly stdout: string; readonly stderr: string } {
    return this.#text;
  }

  readStdin(): Promise<string> {
    return Promise.resolve(this.#stdin);
  }

  readLine(): Promise<string | null> {
    return Promise.resolve(this.#typed.shift() ?? null);
  }

  onStop(listener: (signal: StopSignal) => void): () => void {
    this.#stopping.add(listener);
    return () => this.#stopping.delete(listener);
  }

  onReaderGone(): () => void {
    return () => undefined;
  }

  leave(): void {
    // The test's process goes on.
  }

  /** What Ctrl-C or a termination does. */
  stop(signal: StopSignal): void {
    for (const listener of [...this.#stopping]) listener(signal);
  }

  /** Resolves as soon as the text of a stream, standard output unless said, matches; never sleeps. */
  shows(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!pattern.test(this.#text[stream])) return;
        this.#writing.delete(look);
        resolve();
      };
      this.#writing.add(look);
      look();
    });
  }

  #write(stream: 'stdout' | 'stderr', text: string): void {
    this.#text[stream] += text;
    for (const look of [...this.#writing]) look();
  }
}

/** Runs the tool in this process. */
export async function guras(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const terminal = new CapturedTerminal(surroundings);
  const code = await main(argv, terminal);
  return { code, ...terminal.text };
}
