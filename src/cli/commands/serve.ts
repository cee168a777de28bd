import { addAuthOptions, authOf, opennessOf } from '../auth-options.ts';
import { collect, type Invocation, type Leaf, textOption, textsOption } from '../command.ts';
import { exitAfter, type StopSignal, usageError } from '../exit.ts';
import { addFlavourOption, flavourOf } from '../flavour-option.ts';
import { suggestWord } from '../known-word.ts';
import { addOperationOptions, operationsOf } from '../operation-options.ts';
import type { ServerWanted } from '../run-server.ts';
import type { FaultsWanted } from '../serve-faults.ts';
import { storeOf, storeVariable } from '../store-option.ts';
import { wholeNumber } from '../whole-number.ts';

const levels = ['silent', 'error', 'info', 'debug'] as const;

/** `serve`: the reference server, until it is stopped. */
export const serve: Leaf = {
  shape: (command) => {
    command
      .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8080)
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option(
        '--store <store>',
        `sqlite:FILE, postgres://…, @FILE with such an address in it, or memory (default: $${storeVariable}, or memory)`,
      );
    addAuthOptions(command);
    addFlavourOption(command, 'whose habits it has beyond the contract');
    command
      .option(
        '--seed-data <[user=]file>',
        'fixture of rows to start with: of a user, or of the catalogue; may be repeated',
        collect,
      )
      .option(
        '--faults [file]',
        'let tests make the server fail: by the faults of a file, and at run time by /fault; never on a real server',
      )
      .option(
        '--snapshots <folder>',
        'with --faults: where /fault keeps states of the server as files (default: in memory)',
      )
      .option('--seed <text>', 'with --faults: draws of faults by rate are keyed by it (default: 1)')
      .option('--log-level <level>', `what is logged to standard error: ${levels.join(', ')}`, 'info');
    addOperationOptions(command);
  },
  examples: [
    ['serve --store sqlite:server.db', 'serves from a file on port 8080'],
    ['serve --store @postgres.txt', 'serves from PostgreSQL, its address and password read from a file'],
    ['serve --store sqlite:server.db --rate user=600/1m --drain 10s --keep-history 365d', 'serves in production'],
    ['serve --faults bad-line.yaml --seed 7', 'fails as the file says, always in the same way'],
    ['serve --flavour dotnet', 'answers as a .NET 8 service does by default'],
    ['serve --auth firebase --project guras-app --store sqlite:server.db', 'lets the users of a Firebase project in'],
    ['serve --auth issuer --token-lifetime 1m', 'makes tokens for tests itself, for whoever asks'],
    ['serve --port 0 --seed-data quotes.yaml --seed-data ana=ana.yaml', 'serves from memory, filled'],
  ],
  run: async (invocation) => {
    const wanted = await wantedOf(invocation);
    const { runServer } = await import('../run-server.ts');
    const server = await runServer(wanted, invocation.terminal.stderr);
    const { output, terminal } = invocation;
    const openness = opennessOf(wanted.auth.kind, server.url);
    if (openness !== null) output.note(openness);
    const stopped = new Promise<StopSignal>((resolve) => {
      terminal.onStop(resolve);
    });
    if (wanted.faults !== null) output.note(faultsNote(server.url, wanted.faults));
    output.event({ type: 'listening', url: server.url, port: server.port }, () => server.url);
    const signal = await stopped;
    await server.close();
    return exitAfter(signal);
  },
};

function faultsNote(url: string, { file, seed }: FaultsWanted): string {
  const armed = file === null ? 'none is armed yet' : `those of ${file} are armed, draws by seed ${seed}`;
  return `FAULTS ARE ON (${armed}): whoever reaches ${url}/fault makes this server fail and changes its data, without a token`;
}

function faultsOf(invocation: Invocation): FaultsWanted | null {
  const { faults } = invocation.options;
  const [seed, snapshots] = [textOption(invocation, 'seed'), textOption(invocation, 'snapshots')];
  if (faults === undefined) {
    if (seed !== undefined) throw usageError('--seed needs --faults', 'it keys the draws of faults by rate');
    if (snapshots !== undefined) throw usageError('--snapshots needs --faults', '/fault keeps and restores them');
    return null;
  }
  return { file: typeof faults === 'string' ? faults : null, seed: seed ?? '1', snapshots: snapshots ?? null };
}

async function wantedOf(invocation: Invocation): Promise<ServerWanted> {
  const level = textOption(invocation, 'logLevel') ?? 'info';
  if (!levels.some((known) => known === level)) {
    throw usageError(`there is no log level "${level}"`, suggestWord(level, levels));
  }
  return {
    port: Number(invocation.options.port),
    host: textOption(invocation, 'host') ?? '127.0.0.1',
    store: await storeOf(invocation),
    auth: await authOf(invocation),
    seedData: textsOption(invocation, 'seedData'),
    faults: faultsOf(invocation),
    flavour: flavourOf(invocation) ?? 'plain',
    logLevel: level,
    operations: operationsOf(invocation),
  };
}
