import type { Command } from 'commander';
import type { Limits } from '../core/limits.ts';
import { parseDuration } from '../lib/duration.ts';
import type { Rate, RateSubject } from '../server/http/rate-limits.ts';
import { collect, type Invocation, textOption, textsOption } from './command.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';

/** How a server is run, apart from its data and users. */
export interface OperationsWanted {
  readonly rates: Readonly<Partial<Record<RateSubject, Rate>>>;
  readonly origins: readonly string[];
  readonly drainMs: number;
  /** Null keeps every version. */
  readonly historyMs: number | null;
  readonly limits: Partial<Pick<Limits, 'tombstoneMs' | 'deviceForgottenMs' | 'bodyBytes'>>;
}

const subjects: readonly RateSubject[] = ['address', 'user', 'device'];

/** Adds the options by which a server is run in production. */
export function addOperationOptions(command: Command): void {
  command
    .option(
      '--rate <who=count/time>',
      'allow so many requests, 429 beyond: who is address, user or device; may be repeated',
      collect,
    )
    .option('--cors <origin>', 'let pages of this origin call from a browser, * for all; may be repeated', collect)
    .option('--body-limit <bytes>', 'largest request body, unpacked (default: 4194304)')
    .option('--drain <time>', 'say "not ready" for so long before closing, so that a proxy stops sending', '0s');
  addRetentionOptions(command);
}

/** Adds the options that say how long a server keeps what is over. */
export function addRetentionOptions(command: Command): void {
  command
    .option('--keep-history <time>', 'forget versions so old that newer ones followed (default: keep them)')
    .option('--keep-tombstones <time>', 'forget deletions after so long (default: 30d)')
    .option('--forget-devices <time>', 'forget devices that were not seen for so long (default: 180d)');
}

/** How the server is to be run, as the options say. */
export function operationsOf(invocation: Invocation): OperationsWanted {
  const bodyBytes = bytesOf(invocation, 'bodyLimit', '--body-limit');
  const { historyMs, ...kept } = retentionOf(invocation);
  return {
    rates: Object.fromEntries(textsOption(invocation, 'rate').map(rateOf)),
    origins: textsOption(invocation, 'cors').map(originOf),
    drainMs: timeOf(invocation, 'drain', '--drain') ?? 0,
    historyMs,
    limits: { ...(bodyBytes === null ? {} : { bodyBytes }), ...kept },
  };
}

/** How long the server keeps what is over, as the options say; what they leave out has its default. */
export function retentionOf(
  invocation: Invocation,
): Pick<OperationsWanted, 'historyMs'> & Omit<OperationsWanted['limits'], 'bodyBytes'> {
  const tombstoneMs = timeOf(invocation, 'keepTombstones', '--keep-tombstones');
  const deviceForgottenMs = timeOf(invocation, 'forgetDevices', '--forget-devices');
  return {
    historyMs: timeOf(invocation, 'keepHistory', '--keep-history'),
    ...(tombstoneMs === null ? {} : { tombstoneMs }),
    ...(deviceForgottenMs === null ? {} : { deviceForgottenMs }),
  };
}

/** The time an option gives, ms; null when it was not given. */
function timeOf(invocation: Invocation, name: string, flag: string): number | null {
  const text = textOption(invocation, name);
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms === null) throw usageError(`${flag} ${text} is no time`, 'write for example 30s, 12h or 90d');
  return ms;
}

function bytesOf(invocation: Invocation, name: string, flag: string): number | null {
  const text = textOption(invocation, name);
  if (text === undefined) return null;
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (bytes < 1_024) throw usageError(`${flag} ${text} is no size`, 'write a number of bytes, 1024 or more');
  return bytes;
}

function rateOf(text: string): readonly [RateSubject, Rate] {
  const [, who = '', count = '', time = ''] = /^(\w*)=(\d{1,9})\/(.+)$/.exec(text) ?? [];
  const windowMs = parseDuration(time);
  const example = 'write for example --rate user=600/1m';
  if (windowMs === null || windowMs === 0 || Number(count) === 0)
    throw usageError(`--rate ${text} is no rate`, example);
  const subject = subjects.find((known) => known === who);
  if (subject !== undefined) return [subject, { count: Number(count), windowMs }];
  throw usageError(`--rate ${text}: nobody is a "${who}"`, suggestWord(who, subjects));
}

function originOf(text: string): string {
  if (text === '*' || (URL.canParse(text) && new URL(text).origin === text)) return text;
  throw usageError(`--cors ${text} is no origin`, 'write scheme, host and port alone, like https://app.example.org');
}
