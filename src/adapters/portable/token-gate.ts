import { type TokenSource, TokenUnavailable } from '../../ports/transport.ts';
import { isHeaderSafe } from './http-request.ts';
import { subjectOf } from './token-subject.ts';

/** A token to send (`renewed`: just made by a refresh), or why there is none. `detail` never holds a token. */
export type TokenOutcome =
  | { readonly kind: 'token'; readonly token: string; readonly renewed: boolean }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string };

/**
 * Stands between the calls and the source of tokens. All calls that wait for a new token share one refresh, and calls
 * that start meanwhile wait for it too. A token of another user than the first one's is refused (law 12).
 */
export class TokenGate {
  readonly #source: TokenSource;
  #subject: string | null;
  #refresh: Promise<TokenOutcome> | null = null;
  /** The last token that was refused and what replaced it, for sources whose `current` lags behind `refresh`. */
  #replaced: { readonly stale: string; readonly fresh: string } | null = null;

  /** `subject`: the user this gate is for; null takes the user of the first token that names one. */
  constructor(source: TokenSource, subject: string | null = null) {
    this.#source = source;
    this.#subject = subject;
  }

  /** The token to send now. Never rejects. */
  async current(): Promise<TokenOutcome> {
    if (this.#refresh !== null) return this.#refresh;
    let token: string | null;
    try {
      token = await this.#source.current();
    } catch (error) {
      return unreachable(error, 'the source of tokens could not be read');
    }
    if (token !== null && token === this.#replaced?.stale) token = this.#replaced.fresh;
    return this.#checked(token, { renewed: false });
  }

  /**
   * The token to repeat with after `stale` was refused: the current one if it is another already, otherwise the one
   * of the shared refresh. Never rejects.
   */
  async after(stale: string): Promise<TokenOutcome> {
    const now = await this.current();
    if (now.kind !== 'token' || now.token !== stale) return now;
    // Another call may have started the refresh while this one read the current token.
    this.#refresh ??= this.#renew(stale).finally(() => {
      this.#refresh = null;
    });
    return this.#refresh;
  }

  async #renew(stale: string): Promise<TokenOutcome> {
    let token: string | null;
    try {
      token = await this.#source.refresh();
    } catch (error) {
      return unreachable(error, 'the issuer of tokens could not be reached');
    }
    if (token === stale) return { kind: 'refused', detail: 'the refresh gave the refused token again' };
    const outcome = this.#checked(token, { renewed: true });
    if (outcome.kind === 'token') this.#replaced = { stale, fresh: outcome.token };
    return outcome;
  }

  #checked(token: string | null, { renewed }: { readonly renewed: boolean }): TokenOutcome {
    if (token === null) return { kind: 'refused', detail: renewed ? 'the refresh was refused' : 'no one is signed in' };
    if (!isHeaderSafe(token)) return { kind: 'refused', detail: 'the token holds characters that no header may carry' };
    const subject = subjectOf(token);
    if (subject !== null && this.#subject !== null && subject !== this.#subject) {
      return { kind: 'refused', detail: 'the token belongs to another user' };
    }
    this.#subject ??= subject;
    return { kind: 'token', token, renewed };
  }
}

/** Only the source's own words are told: the message of any other error may hold a token. */
function unreachable(error: unknown, otherwise: string): TokenOutcome {
  return { kind: 'unreachable', detail: error instanceof TokenUnavailable ? error.message : otherwise };
}
