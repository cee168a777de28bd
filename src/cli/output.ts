import { printable } from './cells.ts';
import { type Paint, paintFor, takesColor } from './paint.ts';
import type { Terminal } from './terminal.ts';
import { type Column, textTable } from './text-table.ts';

/**
 * What a command says. Results go to standard output, as text or, with `--json`, as one document or one line per
 * event; everything else goes to standard error.
 */
export class Output {
  readonly isJson: boolean;
  /** Whether standard output takes colour. */
  readonly isColored: boolean;
  /** Looks for standard output. */
  readonly paint: Paint;
  /** Looks for standard error. */
  readonly notePaint: Paint;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, wanted: { readonly json: boolean; readonly color: boolean }) {
    const { environment } = terminal;
    this.#terminal = terminal;
    this.isJson = wanted.json;
    this.isColored = takesColor(terminal.stdout, { environment, wanted: wanted.color });
    this.paint = paintFor(terminal.stdout, { environment, wanted: wanted.color });
    this.notePaint = paintFor(terminal.stderr, { environment, wanted: wanted.color });
  }

  /** The result of a command: the document with `--json`, else the lines that `text` gives. */
  result(document: unknown, text: () => readonly string[]): void {
    if (this.isJson) this.#terminal.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    else this.lines(text());
  }

  /** One event of a command that goes on: one line, as JSON with `--json`. */
  event(event: unknown, text: () => string): void {
    this.#terminal.stdout.write(`${this.isJson ? JSON.stringify(event) : text()}\n`);
  }

  /** Lines of text on standard output. */
  lines(lines: readonly string[]): void {
    if (lines.length > 0) this.#terminal.stdout.write(`${lines.join('\n')}\n`);
  }

  /** Text on standard output as it is. */
  raw(text: string): void {
    this.#terminal.stdout.write(text);
  }

  /** A message beside the result, on standard error. */
  note(text: string): void {
    this.#terminal.stderr.write(`${text}\n`);
  }

  /** A table that fits the terminal; into a file or pipe it is never cut. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
    const { isTTY, columns: width } = this.#terminal.stdout;
    const safe = rows.map((row) => row.map(printable));
    const [titles = '', ...lines] = textTable(columns, safe, isTTY ? width : null);
    return [this.paint.bold(titles), ...lines];
  }
}
