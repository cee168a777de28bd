import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest wait for something a process should say or do, ms. A machine under load is slow, not wrong. */
const patienceMs = 15_000;

const alive = new Set<Child>();

// Whatever ends the test's process, no child outlives it.
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
process.once('SIGTERM', () => process.exit(143));

/** Ends every process that a test has started and not ended. */
export async function endChildren(): Promise<void> {
  await Promise.all([...alive].map((child) => child.end('SIGKILL')));
}

/** A real process of Node, its output kept as it comes. */
export class Child {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #text = { stdout: '', stderr: '' };
  readonly #lookers = new Set<() => void>();
  readonly #hearers = new Set<(line: string) => void>();
  #isOver = false;

  /** `args`: the program's file and its arguments. */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#name = args.slice(1).join(' ');
    this.#process = spawn(process.execPath, args, {
      env: { ...process.env, ...environment },
      // Standard input closes with this process: a program that watches it can't be left behind.
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stdin?.on('error', () => undefined);
    for (const name of ['stdout', 'stderr'] as const) {
      this.#process[name]?.setEncoding('utf8').on('data', (text: string) => this.#hear(name, text));
    }
    alive.add(this);
    this.ended = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code, signal) => {
        this.#isOver = true;
        alive.delete(this);
        resolve({ code, signal, ...this.#text });
        for (const look of [...this.#lookers]) look();
      });
    });
  }

  get stdout(): string {
    return this.#text.stdout;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    this.kill(signal);
    return this.ended;
  }

  /** Calls back with every whole line of standard output from now on, until the returned function is called. */
  onLine(listener: (line: string) => void): () => void {
    this.#hearers.add(listener);
    return () => this.#hearers.delete(listener);
  }

  /** Resolves as soon as standard output matches. Rejects when the process ends without it, or takes too long. */
  shows(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(alarm);
        this.#lookers.delete(look);
      };
      const fail = (what: string): void => {
        stop();
        const { stdout, stderr } = this.#text;
        reject(new Error(`"${this.#name}" ${what} without ${pattern}\nstdout: ${stdout}\nstderr: ${stderr}`));
      };
      const look = (): void => {
        const found = pattern.exec(this.#text.stdout);
        if (found !== null) {
          stop();
          resolve(found);
        } else if (this.#isOver) fail('ended');
      };
      const alarm = setTimeout(() => fail(`went on for ${patienceMs} ms`), patienceMs);
      this.#lookers.add(look);
      look();
    });
  }

  #hear(name: 'stdout' | 'stderr', text: string): void {
    const before = this.#text[name].lastIndexOf('\n') + 1;
    this.#text[name] += text;
    if (name === 'stderr') return;
    const whole = this.#text.stdout.lastIndexOf('\n');
    if (whole >= before) {
      const lines = this.#text.stdout.slice(before, whole).split('\n');
      for (const line of lines) for (const hear of [...this.#hearers]) hear(line);
    }
    for (const look of [...this.#lookers]) look();
  }
}

/** Runs a program to its end. */
export function ran(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Child(args, environment).ended;
}

/** Resolves when the condition holds; it is asked again and again. Rejects with `what` when it takes too long. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, withinMs = patienceMs) {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
