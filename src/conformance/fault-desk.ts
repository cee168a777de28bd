import type { Answer, ProbeLine } from './line.ts';
import { Unprepared } from './outcome.ts';

/** The fault interface of a server under test: what no device may ask for. It changes the server for all its users. */
export class FaultDesk {
  readonly #line: ProbeLine;

  constructor(line: ProbeLine) {
    this.#line = line;
  }

  /** Whether the server serves it. */
  async isThere(): Promise<boolean> {
    return (await this.#ask({})).status === 200;
  }

  /** Starts another epoch over the data as it is. */
  raiseEpoch(): Promise<void> {
    return this.#do({ raiseEpoch: true });
  }

  /** Forgets every tombstone written before now. */
  async purge(): Promise<void> {
    // A purge takes what is older than now: the clock has to have moved.
    await this.#do({ clock: { advanceMs: 1_000 } });
    await this.#do({ purge: { olderThanMs: 0 } });
    await this.#do({ clock: { advanceMs: -1_000 } });
  }

  /** Moves the server's clock, ms; back when negative. */
  moveClock(byMs: number): Promise<void> {
    return this.#do({ clock: { advanceMs: byMs } });
  }

  /** The next push of a device is judged and not answered. */
  loseAnswer(device: string): Promise<void> {
    return this.#do({ arm: [{ next: { push: 'lose-response' }, device }] });
  }

  /** Puts a quote into the catalogue. */
  seedQuote(entityId: string): Promise<void> {
    const data = { text: 'Be here.', author: 'Nobody', category: 'calm', likeCount: 0, commentCount: 0 };
    return this.#do({ seed: { catalogue: [{ entityType: 'quotes', entityId, data }] } });
  }

  async #do(body: object): Promise<void> {
    const answer = await this.#ask(body);
    if (answer.status !== 200) throw new Unprepared(`the fault interface answered ${answer.status} ${answer.text}`);
  }

  #ask(body: object): Promise<Answer> {
    return this.#line.ask({ path: '/fault', user: null, body });
  }
}
