import type { Flavour } from '../server/http/app.ts';
import type { OpenStage } from '../stage/stage.ts';
import { isHttpAddress } from './address.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';
import type { Terminal } from './terminal.ts';
import type { TokensWanted } from './token-options.ts';

/** What says where plans are played. */
export interface WorldWanted {
  /** `sim`, `embedded`, or the address of a server. */
  readonly on: string;
  /** How many times as fast as life an embedded story runs. */
  readonly speed: number | undefined;
  /** Whose habits the server of an embedded story has. */
  readonly flavour: Flavour | undefined;
  /** Where tokens for a server at an address come from. */
  readonly tokens: TokensWanted;
}

/** The world that `--on` names. */
export async function openWorld({ on, speed, flavour, tokens }: WorldWanted, terminal: Terminal): Promise<OpenStage> {
  if (flavour !== undefined && on !== 'embedded')
    throw usageError('--flavour needs --on embedded', 'a server that is there has a flavour of its own');
  if (on === 'sim') return (await import('../sim/open-sim.ts')).openSim;
  if (on === 'embedded') {
    const { openEmbedded } = await import('../live/open-embedded.ts');
    return openEmbedded({ ...(speed === undefined ? {} : { speed }), ...(flavour === undefined ? {} : { flavour }) });
  }
  if (isHttpAddress(on)) {
    const [{ openUrl }, { tokenSources }] = await Promise.all([
      import('../live/open-url.ts'),
      import('./token-sources.ts'),
    ]);
    return openUrl({ url: on, tokensOf: await tokenSources({ url: on, wanted: tokens, terminal }) });
  }
  throw usageError(`--on ${on}: there is no such world`, suggestWord(on, ['sim', 'embedded', 'http://…']));
}
