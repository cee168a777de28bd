import type { OpenStage } from '../stage/stage.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';

/** What says where plans are played. */
export interface WorldWanted {
  /** `sim`, `embedded`, or the address of a server. */
  readonly on: string;
  /** How many times as fast as life an embedded story runs. */
  readonly speed: number | undefined;
}

/** The world that `--on` names. */
export async function openWorld({ on, speed }: WorldWanted): Promise<OpenStage> {
  if (on === 'sim') return (await import('../sim/open-sim.ts')).openSim;
  if (on === 'embedded') {
    const { openEmbedded } = await import('../live/open-embedded.ts');
    return openEmbedded(speed === undefined ? {} : { speed });
  }
  throw usageError(`--on ${on}: there is no such world`, suggestWord(on, ['sim', 'embedded']));
}
