import type { Stage } from '../stage/stage.ts';
import type { Place } from './language/place.ts';

/** A step that is about to begin. */
export interface StepAhead {
  /** Who does what, as the story tells it. */
  readonly text: string;
  readonly place: Place | null;
  /** The world as the step finds it. */
  readonly stage: Stage;
}

/** Waited for before each step, headings and remarks apart. The time of a simulated world stands still meanwhile. */
export type BeforeStep = (step: StepAhead) => Promise<void>;
