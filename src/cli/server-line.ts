import { isIP } from 'node:net';
import type { Command } from 'commander';
import { type Invocation, textOption } from './command.ts';
import { type CommandError, usageError } from './exit.ts';

/** Where the server is and whose token opens it, as options and environment say. */
export interface ServerAddress {
  readonly url: string;
  /** A file with the token, `-` for standard input; null takes the environment or the user's name. */
  readonly tokenFile: string | null;
}

/** Adds `--server` and `--token-file` to a command. */
export function addServerOptions(command: Command): void {
  command
    .option('--server <url>', 'address of the sync server (or set GURAS_SERVER)')
    .option('--token-file <file>', 'file with the bearer token, - for standard input (or set GURAS_TOKEN)');
}

/** The server that the invocation names, or null when it names none. */
export function serverNamed(invocation: Invocation): ServerAddress | null {
  const { environment } = invocation.terminal;
  const url = textOption(invocation, 'server') ?? environment.GURAS_SERVER;
  if (url === undefined || url === '') return null;
  if (!isHttpAddress(url)) {
    throw usageError(`"${url}" is no http or https address`, 'write for example --server http://127.0.0.1:8080');
  }
  return { url, tokenFile: textOption(invocation, 'tokenFile') ?? null };
}

/** The server that the invocation names; a usage error when it names none. */
export function serverOf(invocation: Invocation): ServerAddress {
  const server = serverNamed(invocation);
  if (server !== null) return server;
  throw usageError('no server is named', 'add --server URL, or set GURAS_SERVER');
}

/** Whether an address leads to this machine: only then a user's plain name is sent as the token. */
export function isLoopback(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The end of a command that has no token for a server elsewhere. `option`: what gives one. */
export function tokenMissing(url: string, option = '--token-file FILE'): CommandError {
  return usageError(`there is no token for ${url}`, `add ${option}, or set GURAS_TOKEN`);
}

/** Whether a text is the address of a server. */
export function isHttpAddress(text: string): boolean {
  return /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '');
}
