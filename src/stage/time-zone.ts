/**
 * The time zone that the code of all phones of a stage sees: that of the process they run in. It is given back when the
 * stage closes.
 */
export class TimeZone {
  #before: { readonly name: string | undefined } | null = null;

  /** Moves all phones to a zone, by its name in the IANA list. */
  set(name: string): void {
    this.#before ??= { name: process.env.TZ };
    process.env.TZ = name;
  }

  /** Gives the process its own zone back. */
  restore(): void {
    if (this.#before === null) return;
    if (this.#before.name === undefined) delete process.env.TZ;
    else process.env.TZ = this.#before.name;
    this.#before = null;
  }
}
