import { afterWrites } from '../adapters/node/after-writes.ts';
import { nodeClock } from '../adapters/node/clock.ts';
import { httpTransport } from '../adapters/node/transport-http.ts';
import { pullAhead } from '../adapters/portable/pull-ahead.ts';
import { defaultLimits } from '../core/limits.ts';
import { readMeta } from '../core/sync/rows.ts';
import type { Transport } from '../ports/transport.ts';
import { readSource } from './open-source.ts';
import type { ServerAddress } from './server-line.ts';
import type { Terminal } from './terminal.ts';
import { tokenSources } from './token-sources.ts';

/** The line from a device's file to a server. The caller closes it. */
export async function openLine(
  server: ServerAddress,
  { file, terminal }: { readonly file: string; readonly terminal: Terminal },
): Promise<Transport> {
  const userId = readSource(file, (rows) => readMeta(rows, 'device'))?.userId ?? null;
  const tokens = (await tokenSources({ url: server.url, wanted: server.tokens, terminal }))(userId);
  const http = httpTransport({
    baseUrl: server.url,
    tokens,
    ...(userId === null ? {} : { subject: userId }),
    clock: nodeClock(),
    requestTimeoutMs: defaultLimits.requestTimeoutMs,
  });
  return pullAhead(http, afterWrites);
}
