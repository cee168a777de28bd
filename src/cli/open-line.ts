import { afterWrites } from '../adapters/node/after-writes.ts';
import { nodeClock } from '../adapters/node/clock.ts';
import { httpTransport } from '../adapters/node/transport-http.ts';
import { pullAhead } from '../adapters/portable/pull-ahead.ts';
import { defaultLimits } from '../core/limits.ts';
import { readMeta } from '../core/sync/rows.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { TokenSource, Transport } from '../ports/transport.ts';
import { readSource } from './open-source.ts';
import type { ServerAddress } from './server-line.ts';
import type { Terminal } from './terminal.ts';
import { tokenSources } from './token-sources.ts';

/** The ways from a device's file to a server. The caller closes the transport. */
export interface Lines {
  readonly transport: Transport;
  readonly live: LiveFeed;
}

interface LineOptions {
  readonly file: string;
  readonly terminal: Terminal;
}

/** The line from a device's file to a server. The caller closes it. */
export async function openLine(server: ServerAddress, options: LineOptions): Promise<Transport> {
  return transportTo(server, await guestOf(server, options));
}

/** The line, and the one by which the server tells of changes. Both take their tokens from one source. */
export async function openLines(server: ServerAddress, options: LineOptions): Promise<Lines> {
  const guest = await guestOf(server, options);
  const { webSocketLive } = await import('../adapters/node/live-web-socket.ts');
  const { requestTimeoutMs } = defaultLimits;
  const live = webSocketLive({ baseUrl: server.url, requestTimeoutMs, ...guest });
  return { transport: transportTo(server, guest), live };
}

interface Guest {
  readonly tokens: TokenSource;
  readonly subject?: string;
}

async function guestOf({ url, tokens: wanted }: ServerAddress, { file, terminal }: LineOptions): Promise<Guest> {
  const userId = readSource(file, (rows) => readMeta(rows, 'device'))?.userId ?? null;
  const tokensOf = await tokenSources({ url, wanted, terminal });
  return { tokens: tokensOf(userId), ...(userId === null ? {} : { subject: userId }) };
}

function transportTo({ url }: ServerAddress, guest: Guest): Transport {
  const { requestTimeoutMs } = defaultLimits;
  return pullAhead(httpTransport({ baseUrl: url, ...guest, clock: nodeClock(), requestTimeoutMs }), afterWrites);
}
