import type { Clock } from '../ports/clock.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { Transport } from '../ports/transport.ts';
import type { StoryTime } from './phone-clock.ts';
import type { LineEnd, PhoneLine } from './phone-world.ts';

/** Whether an app is suspended, and what happens to it once it goes on. */
export class Suspension {
  readonly #time: StoryTime;
  readonly #lane: string;
  #isOn = false;
  #waiting: (() => void)[] = [];

  constructor(time: StoryTime, lane: string) {
    this.#time = time;
    this.#lane = lane;
  }

  /** Whether the app is suspended now. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Runs what happens to the app: now, or once it goes on. */
  pass(run: () => void): void {
    if (this.#isOn) this.#waiting.push(run);
    else run();
  }

  /** The timers of a life: they stand still while it is suspended. */
  timers(isAlive: () => boolean): Pick<Clock, 'after'> {
    return {
      after: (delayMs, callback) =>
        this.#time.after(delayMs, this.#lane, () =>
          this.pass(() => {
            if (isAlive()) callback();
          }),
        ),
    };
  }

  /** The line of a life, which hears nothing while it is suspended. */
  lines(
    line: PhoneLine,
    end: LineEnd,
    { live }: { readonly live?: true },
  ): { readonly transport: Transport; readonly live?: LiveFeed } {
    const heard = (tell: () => void): void =>
      this.pass(() => {
        if (end.isAlive()) tell();
      });
    const transport = line.transportOf(end);
    return {
      transport: {
        send: (call, done) => transport.send(call, (outcome) => heard(() => done(outcome))),
        close: () => transport.close(),
      },
      ...(live === true ? { live: hearing(line.liveOf(end), heard) } : {}),
    };
  }

  /** Nothing happens to the app from now on. */
  begin(): void {
    this.#isOn = true;
  }

  /** The app goes on: what waited happens soon after this call, in order, each in an event of its own. */
  end(): void {
    this.#isOn = false;
    for (const run of this.#waiting.splice(0)) this.#time.after(0, this.#lane, () => this.pass(run));
  }

  /** The app is gone, and what waited with it. */
  drop(): void {
    this.#isOn = false;
    this.#waiting = [];
  }
}

/** What a life is told of changes, passed on by `heard`. */
function hearing(feed: LiveFeed, heard: (tell: () => void) => void): LiveFeed {
  return {
    open: (deviceId, events) =>
      feed.open(deviceId, {
        hello: (heartbeatMs) => heard(() => events.hello(heartbeatMs)),
        changed: () => heard(() => events.changed()),
        beat: () => heard(() => events.beat()),
        closed: (how) => heard(() => events.closed(how)),
      }),
  };
}
