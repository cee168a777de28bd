import type { Plan } from '../scenario/plan.ts';
import { play } from '../scenario/play.ts';
import type { RunResult } from '../scenario/result.ts';
import type { OpenStage, Stage } from '../stage/stage.ts';
import type { StopSignal } from './exit.ts';
import { unlessStopped } from './stop-wish.ts';
import type { Terminal } from './terminal.ts';

/** One plan that was played, and how long that took on this machine. */
export interface Played {
  readonly result: RunResult;
  readonly wallMs: number;
}

/** What was played, and the signal that ended it early, if one did. */
export interface PlayedAll {
  readonly played: readonly Played[];
  readonly stoppedBy: StopSignal | null;
}

/** Plays plans one after the other. A signal ends it at once: the run under way counts for nothing. */
export async function playPlans(
  plans: readonly Plan[],
  options: {
    readonly open: OpenStage;
    readonly seed: string;
    readonly terminal: Terminal;
    /** Told of each run when it is over. */
    readonly onPlayed: (played: Played) => void;
  },
): Promise<PlayedAll> {
  const { open, seed, terminal, onPlayed } = options;
  const played: Played[] = [];
  let current: Stage | null = null;
  const openAndHold: OpenStage = async (setup) => {
    current = await open(setup);
    return current;
  };
  for (const plan of plans) {
    const began = performance.now();
    const ended = await unlessStopped(terminal, () => play(plan, { open: openAndHold, seed }));
    if (typeof ended === 'string') {
      await closeCutOff(current);
      return { played, stoppedBy: ended };
    }
    const one = { result: ended, wallMs: performance.now() - began };
    played.push(one);
    onPlayed(one);
  }
  return { played, stoppedBy: null };
}

/** Frees files and processes of a world that a signal cut off; what goes wrong in it then is of no interest. */
async function closeCutOff(stage: Stage | null): Promise<void> {
  await stage?.close().catch(() => undefined);
}
