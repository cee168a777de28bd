import type { TokenSource } from '../ports/transport.ts';
import type { StoryTime } from '../stage/phone-clock.ts';

/** The sign-in of one phone of a live world: its tokens, whose renewal may be slow or refused. */
export class SignIn implements TokenSource {
  readonly #tokens: TokenSource;
  readonly #at: { readonly device: string; readonly time: StoryTime };
  #takesMs: number | null = 0;
  #asked = 0;

  constructor(tokens: TokenSource, at: { readonly device: string; readonly time: StoryTime }) {
    this.#tokens = tokens;
    this.#at = at;
  }

  /** How many renewals were asked for. */
  get renewals(): number {
    return this.#asked;
  }

  /** How long renewals take from now on, ms of the story; null: they are refused. */
  setRenewal(takesMs: number | null): void {
    this.#takesMs = takesMs;
  }

  current(): Promise<string | null> {
    return this.#tokens.current();
  }

  async refresh(): Promise<string | null> {
    this.#asked += 1;
    const { device, time } = this.#at;
    const takesMs = this.#takesMs ?? 0;
    if (takesMs > 0) {
      await new Promise<void>((resolve) => {
        time.after(takesMs, device, resolve);
      });
    }
    return this.#takesMs === null ? null : this.#tokens.refresh();
  }
}
