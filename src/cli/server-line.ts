import type { Command } from 'commander';
import { isHttpAddress } from './address.ts';
import { type Invocation, textOption } from './command.ts';
import { usageError } from './exit.ts';
import { addTokenOptions, type TokensWanted, tokensWanted } from './token-options.ts';

/** Where the server is and where its tokens come from, as options and environment say. */
export interface ServerAddress {
  readonly url: string;
  readonly tokens: TokensWanted;
}

/** Adds `--server` and the options for its token to a command. */
export function addServerOptions(command: Command): void {
  command.option('--server <url>', 'address of the sync server (or set GURAS_SERVER)');
  addTokenOptions(command);
}

/** The server that the invocation names, or null when it names none. */
export function serverNamed(invocation: Invocation): ServerAddress | null {
  const { environment } = invocation.terminal;
  const url = textOption(invocation, 'server') ?? environment.GURAS_SERVER;
  if (url === undefined || url === '') return null;
  if (!isHttpAddress(url)) {
    throw usageError(`"${url}" is no http or https address`, 'write for example --server http://127.0.0.1:8080');
  }
  return { url, tokens: tokensWanted(invocation) };
}

/** The server that the invocation names; a usage error when it names none. */
export function serverOf(invocation: Invocation): ServerAddress {
  const server = serverNamed(invocation);
  if (server !== null) return server;
  throw usageError('no server is named', 'add --server URL, or set GURAS_SERVER');
}
