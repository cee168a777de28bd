/** One request and its answer as evidence shows them: no token, nothing endless. */
export interface Exchange {
  /** Which user asked: `own`, `other`; null for a request without a token. */
  readonly user: string | null;
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string | null;
  /** Null when no answer came; then `answerBody` says what happened. */
  readonly status: number | null;
  readonly answerHeaders: Readonly<Record<string, string>>;
  readonly answerBody: string;
  readonly wallMs: number;
}

const bodyMax = 4_000;
/** Longer than any token. */
const tokenMax = 16_000;
const exchangesMax = 40;
const secretHeaders = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization', 'x-api-key']);
const redacted = '[redacted]';

/** The requests and answers of one probe, in the order the answers came; the newest are kept. Knows the tokens, so that none is shown. */
export class Transcript {
  readonly #exchanges: Exchange[] = [];
  readonly #secrets: Set<string>;
  #dropped = 0;

  /** `secrets`: tokens that may be added to later. */
  constructor(secrets: Set<string>) {
    this.#secrets = secrets;
  }

  /** Takes an exchange, cleaned. */
  add(exchange: Exchange): void {
    this.#exchanges.push({
      ...exchange,
      path: this.#clean(exchange.path),
      requestHeaders: this.#cleanHeaders(exchange.requestHeaders),
      requestBody: exchange.requestBody === null ? null : this.#clean(exchange.requestBody),
      answerHeaders: this.#cleanHeaders(exchange.answerHeaders),
      answerBody: this.#clean(exchange.answerBody),
    });
    if (this.#exchanges.length > exchangesMax) {
      this.#exchanges.shift();
      this.#dropped += 1;
    }
  }

  /** What was kept, oldest first. */
  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  /** How many older ones were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A text without the tokens, and not endless: at most `charactersMax` of it. */
  withoutSecrets(text: string, charactersMax = 700): string {
    // First cleaned, then cut: half a token would not be known again.
    let clean = text.slice(0, charactersMax + tokenMax);
    for (const secret of this.#secrets) {
      if (secret.length <= 3) continue;
      clean = clean.replaceAll(secret, redacted).replaceAll(JSON.stringify(secret).slice(1, -1), redacted);
    }
    return clean.length > charactersMax ? `${clean.slice(0, charactersMax)}… (${text.length} characters)` : clean;
  }

  #clean(text: string): string {
    return this.withoutSecrets(text, bodyMax);
  }

  #cleanHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        secretHeaders.has(name.toLowerCase()) ? redacted : this.#clean(value),
      ]),
    );
  }
}
