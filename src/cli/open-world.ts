import type { OpenStage } from '../stage/stage.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';
import { isHttpAddress } from './server-line.ts';
import type { Terminal } from './terminal.ts';

/** What says where plans are played. */
export interface WorldWanted {
  /** `sim`, `embedded`, or the address of a server. */
  readonly on: string;
  /** How many times as fast as life an embedded story runs. */
  readonly speed: number | undefined;
  /** Where tokens for a server at an address are, `[user=]file`. */
  readonly tokenFiles: readonly string[];
}

/** The world that `--on` names. */
export async function openWorld(
  { on, speed, tokenFiles }: WorldWanted,
  environment: Terminal['environment'],
): Promise<OpenStage> {
  if (on === 'sim') return (await import('../sim/open-sim.ts')).openSim;
  if (on === 'embedded') {
    const { openEmbedded } = await import('../live/open-embedded.ts');
    return openEmbedded(speed === undefined ? {} : { speed });
  }
  if (isHttpAddress(on)) {
    const [{ openUrl }, { runTokens }] = await Promise.all([import('../live/open-url.ts'), import('./run-tokens.ts')]);
    return openUrl({ url: on, tokensOf: runTokens(on, { files: tokenFiles, environment }) });
  }
  throw usageError(`--on ${on}: there is no such world`, suggestWord(on, ['sim', 'embedded', 'http://…']));
}
