import { readFileSync } from 'node:fs';
import { collect, type Invocation, isOn, type Leaf, textOption, textsOption } from '../command.ts';
import { exitAfter, type StopSignal, usageError } from '../exit.ts';
import { suggestWord } from '../known-word.ts';
import type { ServerWanted } from '../run-server.ts';
import { isLoopback } from '../server-line.ts';
import { wholeNumber } from '../whole-number.ts';

const levels = ['silent', 'error', 'info', 'debug'] as const;
const secretBytesMin = 32;
/** Options that mean nothing unless tokens are signed. */
const hs256Only = { secretFile: '--secret-file', issuer: '--issuer', audience: '--audience' };

/** `serve`: the reference server, until it is stopped. */
export const serve: Leaf = {
  shape: (command) =>
    command
      .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8080)
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--store <store>', 'sqlite:FILE, or memory', 'memory')
      .option('--auth <kind>', 'none (the token is the name of the user) or hs256 (signed tokens)', 'none')
      .option('--secret-file <file>', 'secret of hs256, - for standard input (or set GURAS_SECRET)')
      .option('--issuer <text>', 'hs256: the issuer that tokens must name')
      .option('--audience <text>', 'hs256: the audience that tokens must name')
      .option(
        '--seed-data <[user=]file>',
        'fixture of rows to start with: of a user, or of the catalogue; may be repeated',
        collect,
      )
      .option('--faults', 'serve /fault, by which tests make the server fail; never on a real server')
      .option('--log-level <level>', `what is logged to standard error: ${levels.join(', ')}`, 'info'),
  examples: [
    ['serve --store sqlite:server.db', 'serves from a file on port 8080'],
    ['serve --port 0 --seed-data quotes.yaml --seed-data ana=ana.yaml', 'serves from memory, filled'],
  ],
  run: async (invocation) => {
    const wanted = await wantedOf(invocation);
    const { runServer } = await import('../run-server.ts');
    const server = await runServer(wanted, invocation.terminal.stderr);
    const { output, terminal } = invocation;
    if (wanted.auth.kind === 'none' && !isLoopback(server.url)) {
      output.note('with --auth none anyone who reaches this address reads and writes the rows of every user');
    }
    const stopped = new Promise<StopSignal>((resolve) => {
      terminal.onStop(resolve);
    });
    output.event({ type: 'listening', url: server.url, port: server.port }, () => server.url);
    const signal = await stopped;
    await server.close();
    return exitAfter(signal);
  },
};

async function wantedOf(invocation: Invocation): Promise<ServerWanted> {
  const level = textOption(invocation, 'logLevel') ?? 'info';
  if (!levels.some((known) => known === level)) {
    throw usageError(`there is no log level "${level}"`, suggestWord(level, levels));
  }
  return {
    port: Number(invocation.options.port),
    host: textOption(invocation, 'host') ?? '127.0.0.1',
    storePath: storePath(textOption(invocation, 'store') ?? 'memory'),
    auth: await authOf(invocation),
    seedData: textsOption(invocation, 'seedData'),
    faults: isOn(invocation, 'faults'),
    logLevel: level,
  };
}

function storePath(text: string): string {
  if (text === 'memory') return ':memory:';
  const path = text.startsWith('sqlite:') ? text.slice('sqlite:'.length) : '';
  if (path !== '') return path;
  throw usageError(`--store ${text} is no store`, 'write --store sqlite:FILE, or --store memory');
}

async function authOf(invocation: Invocation): Promise<ServerWanted['auth']> {
  const kind = textOption(invocation, 'auth') ?? 'none';
  if (kind === 'none') {
    // Whoever names a secret takes the server to be closed.
    const idle = Object.entries(hs256Only).find(([name]) => textOption(invocation, name) !== undefined);
    if (idle !== undefined)
      throw usageError(`${idle[1]} needs --auth hs256`, `add --auth hs256, or leave ${idle[1]} out`);
    return { kind };
  }
  if (kind !== 'hs256') throw usageError(`there is no --auth ${kind}`, suggestWord(kind, ['none', 'hs256']));
  const secret = await secretOf(invocation);
  if (Buffer.byteLength(secret) < secretBytesMin) {
    throw usageError(`the secret of hs256 has fewer than ${secretBytesMin} bytes`, 'make one: openssl rand -base64 48');
  }
  const [issuer, audience] = [textOption(invocation, 'issuer'), textOption(invocation, 'audience')];
  return { kind, secret, ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) };
}

async function secretOf(invocation: Invocation): Promise<string> {
  const file = textOption(invocation, 'secretFile');
  if (file === '-') return (await invocation.terminal.readStdin()).trim();
  if (file !== undefined) return readFileSync(file, 'utf8').trim();
  const secret = invocation.terminal.environment.GURAS_SECRET?.trim() ?? '';
  if (secret !== '') return secret;
  throw usageError('--auth hs256 needs a secret', 'add --secret-file FILE, or set GURAS_SECRET');
}
