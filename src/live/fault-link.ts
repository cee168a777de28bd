import { StageError } from '../stage/stage.ts';

/** The fault interface of a server at a URL. */
export class FaultLink {
  readonly #base: string;

  /** `base`: the server's address. */
  constructor(base: string) {
    this.#base = base.replace(/\/+$/, '');
  }

  /** Whether the server has the interface. Never rejects: no answer is no interface. */
  async isThere(): Promise<boolean> {
    try {
      const state = await this.get('/fault');
      return typeof state === 'object' && state !== null && 'faults' in state && 'snapshots' in state;
    } catch {
      return false;
    }
  }

  /** Does what the body says. Rejects with StageError. */
  post(body: object): Promise<unknown> {
    return this.#ask('/fault', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** What is to be read at a path. Rejects with StageError. */
  get(path: string): Promise<unknown> {
    return this.#ask(path, {});
  }

  async #ask(path: string, init: RequestInit): Promise<unknown> {
    try {
      const answer = await fetch(this.#base + path, { ...init, signal: AbortSignal.timeout(30_000) });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`status ${answer.status}: ${text.slice(0, 300)}`);
      return JSON.parse(text);
    } catch (error) {
      throw broken(error);
    }
  }
}

function broken(cause: unknown): StageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'look at the log of the server';
  return new StageError(`the fault interface of the server failed: ${reason}`, hint, { cause });
}
