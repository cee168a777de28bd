import { existsSync } from 'node:fs';
import { afterWrites } from '../adapters/node/after-writes.ts';
import { nodeClock } from '../adapters/node/clock.ts';
import { environmentToken } from '../adapters/node/token-environment.ts';
import { fileToken } from '../adapters/node/token-file.ts';
import { httpTransport } from '../adapters/node/transport-http.ts';
import { pullAhead } from '../adapters/portable/pull-ahead.ts';
import { fixedToken } from '../adapters/portable/token-fixed.ts';
import { defaultLimits } from '../core/limits.ts';
import { readMeta } from '../core/sync/rows.ts';
import type { TokenSource, Transport } from '../ports/transport.ts';
import { usageError, worldError } from './exit.ts';
import { readSource } from './open-source.ts';
import { isLoopback, type ServerAddress, tokenMissing } from './server-line.ts';
import type { Terminal } from './terminal.ts';

/** The line from a device's file to a server. The caller closes it. */
export async function openLine(
  server: ServerAddress,
  { file, terminal }: { readonly file: string; readonly terminal: Terminal },
): Promise<Transport> {
  const userId = readSource(file, (rows) => readMeta(rows, 'device'))?.userId ?? null;
  const tokens = await tokensFor(server, { userId, terminal });
  const http = httpTransport({
    baseUrl: server.url,
    tokens,
    ...(userId === null ? {} : { subject: userId }),
    clock: nodeClock(),
    requestTimeoutMs: defaultLimits.requestTimeoutMs,
  });
  return pullAhead(http, afterWrites);
}

/**
 * The token: from the file named, from standard input, from `GURAS_TOKEN`; without any of them the user's name, which a
 * server with `--auth none` takes, but only on this machine.
 */
async function tokensFor(
  server: ServerAddress,
  { userId, terminal }: { readonly userId: string | null; readonly terminal: Terminal },
): Promise<TokenSource> {
  if (server.tokenFile === '-') return fixedToken(await tokenFromStdin(terminal));
  if (server.tokenFile !== null) return fileToken(readable(server.tokenFile));
  if ((terminal.environment.GURAS_TOKEN ?? '') !== '') return environmentToken('GURAS_TOKEN');
  if (userId !== null && isLoopback(server.url)) return fixedToken(nameAsToken(userId));
  throw tokenMissing(server.url);
}

/** A path that can be read now: a file that is missing from the start is a slip, one that goes later means signed out. */
function readable(file: string): string {
  if (!existsSync(file)) throw worldError(`${file}: there is no such file`, 'check the path of --token-file');
  return file;
}

function nameAsToken(userId: string): string {
  if (/^[!-~]+$/.test(userId)) return userId;
  throw usageError(`the user's name "${userId}" can't be sent as a token`, 'add --token-file FILE, or set GURAS_TOKEN');
}

async function tokenFromStdin(terminal: Terminal): Promise<string> {
  const token = (await terminal.readStdin()).trim();
  if (token === '') throw usageError('standard input holds no token', 'pipe the token into the command');
  return token;
}
