/** The server's clock: a source of time that the fault interface can set apart from true time. */
export interface ServerClock {
  /** Server time, ms since 1970. */
  now(): number;
  /** Sets the clock to the source's time plus this, ms. */
  setOffset(offsetMs: number): void;
  /** Moves the clock on from where it stands, ms; back when negative. */
  advance(byMs: number): void;
}

/** A clock over a source of time in ms, which may be scaled or virtual. Answers whole ms, 0 or more. */
export function makeServerClock(source: () => number): ServerClock {
  let offsetMs = 0;
  return {
    now: () => Math.max(0, Math.floor(source() + offsetMs)),
    setOffset: (to) => {
      offsetMs = to;
    },
    advance: (by) => {
      offsetMs += by;
    },
  };
}
