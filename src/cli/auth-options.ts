import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseDuration } from '../lib/duration.ts';
import type { AuthOptions } from '../server/auth/authenticator.ts';
import { isLoopback } from './address.ts';
import { type Invocation, textOption } from './command.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';

const kinds = ['none', 'hs256', 'jwks', 'firebase', 'firebase-emulator', 'issuer'] as const;
type Kind = (typeof kinds)[number];

const secretBytesMin = 32;
const signed: readonly Kind[] = ['hs256', 'jwks', 'firebase', 'firebase-emulator', 'issuer'];

/** Which ways of telling users apart an option means something to. */
const meantFor: Readonly<Record<string, { readonly flag: string; readonly kinds: readonly Kind[] }>> = {
  secretFile: { flag: '--secret-file', kinds: ['hs256'] },
  issuer: { flag: '--issuer', kinds: ['hs256', 'jwks'] },
  audience: { flag: '--audience', kinds: ['hs256', 'jwks'] },
  keysUrl: { flag: '--keys-url', kinds: ['jwks', 'firebase'] },
  project: { flag: '--project', kinds: ['firebase', 'firebase-emulator', 'issuer'] },
  acceptLate: { flag: '--accept-late', kinds: signed },
  tokenLifetime: { flag: '--token-lifetime', kinds: ['issuer'] },
  tokenSpread: { flag: '--token-spread', kinds: ['issuer'] },
  tokenSkew: { flag: '--token-skew', kinds: ['issuer'] },
};

/** Adds the options that say how users are told apart. */
export function addAuthOptions(command: Command): void {
  command
    .option(
      '--auth <kind>',
      'none (the token is the name of the user), hs256, jwks, firebase, firebase-emulator or issuer',
      'none',
    )
    .option('--secret-file <file>', 'secret of hs256, - for standard input (or set GURAS_SECRET)')
    .option('--issuer <text>', 'hs256, jwks: the issuer that tokens must name; jwks: its keys are found there')
    .option('--audience <text>', 'hs256, jwks: the audience that tokens must name')
    .option('--keys-url <url>', 'jwks, firebase: address of the key set, in place of the usual one')
    .option('--project <id>', 'firebase: the project; issuer: issue as Firebase does for it')
    .option('--accept-late <duration>', 'how long after its end a token still passes (default: 0s)')
    .option('--token-lifetime <duration>', 'issuer: how long its tokens live (default: 1h)')
    .option('--token-spread <percent>', 'issuer: share of the lifetime over which their ends are spread (default: 20)')
    .option('--token-skew <duration>', 'issuer: how far its clock is ahead; -5m: behind (default: 0s)');
}

/** How users are told apart, as the options say. A usage error for what does not fit together. */
export async function authOf(invocation: Invocation): Promise<AuthOptions> {
  const kind = kindOf(invocation);
  refuseIdle(invocation, kind);
  const late = textOption(invocation, 'acceptLate');
  const lateMs = late === undefined ? {} : { lateMs: durationOf(late, '--accept-late') };
  switch (kind) {
    case 'none':
      return { kind };
    case 'hs256':
      return { kind, secret: await secretOf(invocation), ...given(invocation, 'issuer', 'audience'), ...lateMs };
    case 'jwks':
      return {
        kind,
        issuer: needed(invocation, 'issuer', kind),
        audience: needed(invocation, 'audience', kind),
        ...keysUrlOf(invocation),
        ...lateMs,
      };
    case 'firebase':
      return { kind, project: needed(invocation, 'project', kind), ...keysUrlOf(invocation), ...lateMs };
    case 'firebase-emulator':
      return { kind, project: needed(invocation, 'project', kind), ...lateMs };
    case 'issuer':
      return { kind, ...issuingOf(invocation), ...given(invocation, 'project'), ...lateMs };
  }
}

function kindOf(invocation: Invocation): Kind {
  const wanted = textOption(invocation, 'auth') ?? 'none';
  const kind = kinds.find((known) => known === wanted);
  if (kind !== undefined) return kind;
  throw usageError(`there is no --auth ${wanted}`, suggestWord(wanted, kinds));
}

/** What everybody should know who reaches a server with this way of telling users apart; null where it is closed. */
export function opennessOf(kind: AuthOptions['kind'], url: string): string | null {
  if (isLoopback(url) || (kind !== 'none' && kind !== 'firebase-emulator' && kind !== 'issuer')) return null;
  return `with --auth ${kind} anyone who reaches this address reads and writes the rows of every user`;
}

/** Whoever names a secret, or whose tokens are good, takes the server to be closed. */
function refuseIdle(invocation: Invocation, kind: Kind): void {
  for (const [name, { flag, kinds: meant }] of Object.entries(meantFor)) {
    if (textOption(invocation, name) === undefined || meant.includes(kind)) continue;
    const needs = meant.map((one) => `--auth ${one}`).join(' or ');
    throw usageError(`${flag} needs ${needs}`, `add ${needs}, or leave ${flag} out`);
  }
}

function given<Name extends string>(invocation: Invocation, ...names: readonly Name[]): Partial<Record<Name, string>> {
  const values = names.flatMap((name) => {
    const value = textOption(invocation, name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(values) as Partial<Record<Name, string>>;
}

function needed(invocation: Invocation, name: string, kind: Kind): string {
  const value = textOption(invocation, name);
  if (value !== undefined && value !== '') return value;
  throw usageError(`--auth ${kind} needs --${name}`, `add --${name} TEXT`);
}

function keysUrlOf(invocation: Invocation): { readonly keysUrl?: string } {
  const keysUrl = textOption(invocation, 'keysUrl');
  const source = keysUrl ?? textOption(invocation, 'issuer');
  if (source !== undefined && !isSafeAddress(source)) {
    throw usageError(
      `${source} is no address for keys`,
      'who can change keys can be anyone: write an https address, or http on this machine',
    );
  }
  return keysUrl === undefined ? {} : { keysUrl };
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return new URL(text).protocol === 'https:' || (new URL(text).protocol === 'http:' && isLoopback(text));
}

function issuingOf(
  invocation: Invocation,
): Pick<Extract<AuthOptions, { kind: 'issuer' }>, 'lifetimeMs' | 'spread' | 'skewMs'> {
  const [lifetime, spread, skew] = ['tokenLifetime', 'tokenSpread', 'tokenSkew'].map((name) =>
    textOption(invocation, name),
  );
  const isBehind = skew?.startsWith('-') === true;
  return {
    ...(lifetime === undefined ? {} : { lifetimeMs: durationOf(lifetime, '--token-lifetime') }),
    ...(spread === undefined ? {} : { spread: shareOf(spread) }),
    ...(skew === undefined ? {} : { skewMs: (isBehind ? -1 : 1) * durationOf(skew.replace(/^-/, ''), '--token-skew') }),
  };
}

function durationOf(text: string, flag: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw usageError(`${flag} ${text} is no duration`, `write for example ${flag} 5m`);
}

function shareOf(text: string): number {
  if (/^\d{1,3}%?$/.test(text) && Number.parseInt(text, 10) <= 100) return Number.parseInt(text, 10) / 100;
  throw usageError(`--token-spread ${text} is no percentage`, 'write a number from 0 to 100');
}

async function secretOf(invocation: Invocation): Promise<string> {
  const secret = await secretText(invocation);
  if (Buffer.byteLength(secret) >= secretBytesMin) return secret;
  throw usageError(`the secret of hs256 has fewer than ${secretBytesMin} bytes`, 'make one: openssl rand -base64 48');
}

async function secretText(invocation: Invocation): Promise<string> {
  const file = textOption(invocation, 'secretFile');
  if (file === '-') return (await invocation.terminal.readStdin()).trim();
  if (file !== undefined) return readFileSync(file, 'utf8').trim();
  const secret = invocation.terminal.environment.GURAS_SECRET?.trim() ?? '';
  if (secret !== '') return secret;
  throw usageError('--auth hs256 needs a secret', 'add --secret-file FILE, or set GURAS_SECRET');
}
