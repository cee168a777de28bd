import type { Readable } from 'node:stream';

/** The lines of a stream, one when asked. While none is wanted the stream is at rest and keeps no process alive. */
export class LineReader {
  readonly #stream: Readable;
  readonly #lines: string[] = [];
  #rest = '';
  #hasEnded = false;
  #wanting: ((line: string | null) => void) | null = null;

  /** Takes the stream's text as UTF-8. */
  constructor(stream: Readable) {
    this.#stream = stream;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => this.#heard(chunk));
    stream.on('end', () => {
      this.#hasEnded = true;
      this.#give();
    });
    stream.pause();
  }

  /** The next line without its end, or null when there will be none. One at a time. */
  next(): Promise<string | null> {
    return new Promise((resolve) => {
      this.#wanting = resolve;
      this.#give();
      if (this.#wanting !== null) this.#stream.resume();
    });
  }

  #heard(chunk: string): void {
    const lines = (this.#rest + chunk).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    this.#lines.push(...lines);
    this.#give();
  }

  #give(): void {
    const wanting = this.#wanting;
    if (wanting === null || (this.#lines.length === 0 && !this.#hasEnded)) return;
    this.#wanting = null;
    this.#stream.pause();
    wanting(this.#lines.shift() ?? null);
  }
}
