import type { OpenStage } from '../stage/stage.ts';
import type { Invocation } from './command.ts';
import type { RunOptions } from './commands/run.ts';

/** Where plans are played. */
export interface World {
  readonly open: OpenStage;
  /** Frees what all runs share. */
  close(): Promise<void>;
}

/** The world that `--on` names. */
export async function openWorld(options: RunOptions, _invocation: Invocation): Promise<World> {
  const { openSim } = await import('../sim/open-sim.ts');
  return { open: openSim, close: () => Promise.resolve() };
}
