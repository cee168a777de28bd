import type { Command } from 'commander';
import { isHttpAddress, isLoopback } from './address.ts';
import { collect, type Invocation, textOption, textsOption } from './command.ts';
import { usageError } from './exit.ts';

/** A file, and whose it is: null for all users. */
export interface UserFile {
  readonly user: string | null;
  readonly file: string;
}

/** Where tokens come from, as options say: at most one of files, command, issuer and refresh files is there. */
export interface TokensWanted {
  /** Files with tokens, `-` for standard input. */
  readonly files: readonly UserFile[];
  readonly command: string | null;
  /** Address of a server with a test issuer. */
  readonly issuer: string | null;
  /** Files with refresh tokens of Firebase, `-` for standard input. */
  readonly refreshFiles: readonly UserFile[];
  readonly keyFile: string | null;
  readonly refreshUrl: string | null;
}

/** Adds the options that say where the token of a device comes from. */
export function addTokenOptions(command: Command): void {
  command
    .option('--token-file <file>', 'file with the bearer token, - for standard input (or set GURAS_TOKEN)')
    .option(
      '--refresh-file <file>',
      'file with a refresh token of Firebase, - for standard input (or set GURAS_REFRESH_TOKEN)',
    );
  addSharedOptions(command);
}

/** Adds the options that say where the tokens of several users come from. */
export function addTokensOptions(command: Command): void {
  command
    .option(
      '--token-file <[user=]file>',
      'with a URL: file with the token, of one user or of all (or set GURAS_TOKEN); may be repeated',
      collect,
    )
    .option(
      '--refresh-file <[user=]file>',
      'with a URL: file with a refresh token of Firebase; may be repeated',
      collect,
    );
  addSharedOptions(command);
}

function addSharedOptions(command: Command): void {
  command
    .option('--token-command <command>', 'command that prints the token; GURAS_USER tells it the user')
    .option('--token-issuer <url>', 'server with a test issuer (serve --auth issuer) that gives the token')
    .option('--firebase-key-file <file>', 'file with the web API key for --refresh-file (or set GURAS_FIREBASE_KEY)')
    .option('--refresh-url <url>', "where refresh tokens are exchanged (default: Firebase's address)");
}

/** Where tokens come from, as the options say. A usage error for more than one source. */
export function tokensWanted(invocation: Invocation): TokensWanted {
  const sources = ['tokenFile', 'tokenCommand', 'tokenIssuer', 'refreshFile'].filter(
    (name) => invocation.options[name] !== undefined,
  );
  if (sources.length > 1) {
    const flags = sources.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    throw usageError(`${flags.join(' and ')} exclude each other`, 'name one source of tokens');
  }
  const issuer = textOption(invocation, 'tokenIssuer') ?? null;
  if (issuer !== null && !isHttpAddress(issuer))
    throw usageError(
      `--token-issuer ${issuer} is no http or https address`,
      'name the server that runs with --auth issuer',
    );
  return {
    files: filesOf(invocation, 'tokenFile'),
    command: textOption(invocation, 'tokenCommand') ?? null,
    issuer,
    refreshFiles: filesOf(invocation, 'refreshFile'),
    keyFile: textOption(invocation, 'firebaseKeyFile') ?? null,
    refreshUrl: refreshUrlOf(invocation),
  };
}

function filesOf(invocation: Invocation, name: string): readonly UserFile[] {
  const one = textOption(invocation, name);
  return one === undefined ? textsOption(invocation, name).map(split) : [{ user: null, file: one }];
}

function split(text: string): UserFile {
  const at = text.indexOf('=');
  return at < 1 ? { user: null, file: text } : { user: text.slice(0, at), file: text.slice(at + 1) };
}

/** A refresh token opens an account for good: it is sent by https only, or within this machine. */
function refreshUrlOf(invocation: Invocation): string | null {
  const url = textOption(invocation, 'refreshUrl') ?? null;
  if (url === null || (isHttpAddress(url) && (url.startsWith('https:') || isLoopback(url)))) return url;
  throw usageError('--refresh-url is no https address', 'write https://…, or http on this machine');
}
