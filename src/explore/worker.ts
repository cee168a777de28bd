// A process that plays random stories for a campaign. It is started by crew.ts, gets seeds over the channel that Node opens
// between parent and child, answers each with what came of it, and ends with that channel.
import { openSim } from '../sim/open-sim.ts';
import { exploreSeed } from './campaign.ts';
import type { DrawOptions } from './draw-story.ts';

async function answer({ seed, options }: { readonly seed: string; readonly options: DrawOptions }): Promise<void> {
  const result = await exploreSeed(seed, { ...options, open: openSim });
  // The campaign may be gone by now: then nobody wants to know.
  if (process.connected) process.send?.(result, () => undefined);
}

process.on('message', (asked) => void answer(asked as Parameters<typeof answer>[0]));
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal: the campaign decides, and closes the channel when it ends.
process.on('SIGINT', () => undefined);
