import { existsSync, readFileSync } from 'node:fs';
import { commandToken } from '../adapters/node/token-command.ts';
import { fileToken } from '../adapters/node/token-file.ts';
import { firebaseExchange, firebaseToken } from '../adapters/node/token-firebase.ts';
import { issuerToken } from '../adapters/node/token-issuer.ts';
import { fixedToken } from '../adapters/portable/token-fixed.ts';
import type { TokenSource } from '../ports/transport.ts';
import { isLoopback } from './address.ts';
import { type CommandError, usageError, worldError } from './exit.ts';
import type { Terminal } from './terminal.ts';
import type { TokensWanted, UserFile } from './token-options.ts';

/** What the tokens are for, and where they come from. */
export interface TokenSourcesOptions {
  /** The server that they are sent to. */
  readonly url: string;
  readonly wanted: TokensWanted;
  readonly terminal: Terminal;
}

/** Tokens of a user; null: whose is not known. */
export type TokensOf = (user: string | null) => TokenSource;

/**
 * Where tokens for a server come from: what the options name, else `GURAS_TOKEN`, else `GURAS_REFRESH_TOKEN`; on this
 * machine else the user's name, which a server with `--auth none` takes. What is missing from the start is told at once.
 */
export async function tokenSources({ url, wanted, terminal }: TokenSourcesOptions): Promise<TokensOf> {
  const { environment } = terminal;
  const { command, issuer } = wanted;
  if (wanted.files.length > 0)
    return fromFiles(await held(wanted.files, { flag: '--token-file', terminal }), { url, source: fileSource });
  if (command !== null) return (user) => commandToken(command, { user });
  if (issuer !== null) return (user) => issuerToken({ url: issuer, user: needed(user) });
  if (wanted.refreshFiles.length > 0) {
    const exchange = exchangeOf(wanted, environment);
    const files = await held(wanted.refreshFiles, { flag: '--refresh-file', terminal });
    return fromFiles(files, {
      url,
      source: (file) => firebaseToken({ ...exchange, refreshToken: fileSource(file).refresh }),
    });
  }
  const token = valueOf(environment.GURAS_TOKEN);
  if (token !== null) return () => fixedToken(token);
  const refreshToken = valueOf(environment.GURAS_REFRESH_TOKEN);
  if (refreshToken !== null) {
    const exchange = exchangeOf(wanted, environment);
    return () => firebaseToken({ ...exchange, refreshToken: () => Promise.resolve(refreshToken) });
  }
  if (wanted.keyFile !== null || wanted.refreshUrl !== null)
    throw usageError('there is no refresh token to exchange', 'add --refresh-file FILE, or set GURAS_REFRESH_TOKEN');
  return (user) => {
    if (user !== null && isLoopback(url)) return fixedToken(nameAsToken(user));
    throw tokenMissing(url, '--token-file FILE');
  };
}

/** A file whose content is known already (standard input), or is read when it is needed. */
interface HeldFile extends UserFile {
  readonly text: string | null;
}

function fileSource({ file, text }: HeldFile): TokenSource {
  return text === null ? fileToken(file) : fixedText(text);
}

/** What came over standard input: the first refresh gives it too, for exchanges; as a token it is then refused as stale. */
function fixedText(text: string): TokenSource {
  return { current: () => Promise.resolve(text), refresh: () => Promise.resolve(text) };
}

function fromFiles(
  files: readonly HeldFile[],
  { url, source }: { readonly url: string; readonly source: (file: HeldFile) => TokenSource },
): TokensOf {
  const named = new Map(files.map((one) => [one.user, one]));
  return (user) => {
    const file = named.get(user) ?? named.get(null);
    if (file === undefined) throw tokenMissing(url, `--token-file ${user}=FILE`);
    return source(file);
  };
}

/** A file that is missing from the start is a slip; one that goes later means signed out. */
async function held(
  files: readonly UserFile[],
  { flag, terminal }: { readonly flag: string; readonly terminal: Terminal },
): Promise<readonly HeldFile[]> {
  if (files.filter(({ file }) => file === '-').length > 1) throw usageError(`${flag} - may stand once`, 'name files');
  const out: HeldFile[] = [];
  for (const one of files) {
    if (one.file === '-') out.push({ ...one, text: await textFromStdin(terminal) });
    else if (existsSync(one.file)) out.push({ ...one, text: null });
    else throw worldError(`${one.file}: there is no such file`, `check the path of ${flag}`);
  }
  return out;
}

async function textFromStdin(terminal: Terminal): Promise<string> {
  const text = (await terminal.readStdin()).trim();
  if (text === '') throw usageError('standard input holds no token', 'pipe the token into the command');
  return text;
}

function exchangeOf(
  { keyFile, refreshUrl }: TokensWanted,
  environment: Terminal['environment'],
): { readonly key: string | null; readonly url: string } {
  const key = keyFile === null ? valueOf(environment.GURAS_FIREBASE_KEY) : valueOf(readFileSync(keyFile, 'utf8'));
  if (key === null && refreshUrl === null) {
    throw usageError(
      "Firebase's exchange of refresh tokens needs the web API key of the project",
      'add --firebase-key-file FILE, or set GURAS_FIREBASE_KEY',
    );
  }
  return { key, url: refreshUrl ?? firebaseExchange };
}

function valueOf(text: string | undefined): string | null {
  return text?.trim() || null;
}

function needed(user: string | null): string {
  if (user !== null) return user;
  throw usageError('it is not known whose token is wanted', 'add --token-file FILE');
}

function nameAsToken(userId: string): string {
  if (/^[!-~]+$/.test(userId)) return userId;
  throw usageError(`the user's name "${userId}" can't be sent as a token`, 'add --token-file FILE, or set GURAS_TOKEN');
}

function tokenMissing(url: string, option: string): CommandError {
  return usageError(`there is no token for ${url}`, `add ${option}, or set GURAS_TOKEN`);
}
