import type { EmbeddedOptions } from '../live/open-embedded.ts';
import type { Flavour } from '../server/http/app.ts';
import type { OpenStage } from '../stage/stage.ts';
import { isHttpAddress } from './address.ts';
import { usageError, worldError } from './exit.ts';
import { suggestWord } from './known-word.ts';
import { isPostgresUrl, storeText } from './store-option.ts';
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
  /** Where an embedded server keeps its data: as `--store` has it. */
  readonly store: string | undefined;
  /** How many server processes an embedded story has. */
  readonly servers: number | undefined;
  /** Where tokens for a server at an address come from. */
  readonly tokens: TokensWanted;
}

/** The world that `--on` names. */
export async function openWorld(wanted: WorldWanted, terminal: Terminal): Promise<OpenStage> {
  const { on, tokens } = wanted;
  if (on !== 'embedded') refuseServerOptions(wanted);
  if (on === 'sim') return (await import('../sim/open-sim.ts')).openSim;
  if (on === 'embedded') {
    const { openEmbedded } = await import('../live/open-embedded.ts');
    return openEmbedded(await embeddedOf(wanted));
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

/** Only an embedded server is ours to be placed. */
function refuseServerOptions({ on, store, servers, flavour }: WorldWanted): void {
  if (flavour !== undefined)
    throw usageError('--flavour needs --on embedded', 'a server that is there has a flavour of its own');
  const named = store !== undefined ? '--store' : servers !== undefined ? '--servers' : null;
  if (named !== null) throw usageError(`${named} needs --on embedded`, `leave it out with --on ${on}`);
}

async function embeddedOf({ speed, store, servers, flavour }: WorldWanted): Promise<EmbeddedOptions> {
  const named = store === undefined ? 'sqlite' : await storeText(store);
  const isPostgres = named === 'postgres' || isPostgresUrl(named);
  if (!isPostgres && named !== 'sqlite' && named !== 'memory') {
    const shown = /^postgres/i.test(named) ? 'postgres…' : named;
    throw usageError(`--store ${shown} is no store of an embedded server`, embeddedStores);
  }
  if (!isPostgres && (servers ?? 1) > 1)
    throw usageError('several servers need one database', 'write --store postgres');
  if (isPostgres) await tryPostgres(named);
  return {
    store: named,
    ...(flavour === undefined ? {} : { flavour }),
    ...(servers === undefined ? {} : { servers }),
    ...(speed === undefined ? {} : { speed }),
  };
}

const embeddedStores =
  'write sqlite, memory, postgres for one that is started here, postgres://… for one that runs, or @FILE with its address in it';

/** Finds out before the first story whether stories can have databases. */
async function tryPostgres(named: string): Promise<void> {
  const [{ makeDatabase, ownPostgres }, { PostgresError }] = await Promise.all([
    import('../live/own-postgres.ts'),
    import('../live/postgres-cluster.ts'),
  ]);
  try {
    await (await makeDatabase(named === 'postgres' ? await ownPostgres() : named)).drop();
  } catch (error) {
    if (error instanceof PostgresError) throw worldError(error.message);
    throw error;
  }
}
