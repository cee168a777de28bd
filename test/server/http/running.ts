import type { RunningServer, ServerOptions } from '../../../src/server/start-server.ts';
import { startServer } from '../../../src/server/start-server.ts';
import { testRegistry } from '../test-registry.ts';

/** An answer as a client sees it: status, headers, and the body as text and as JSON where it is JSON. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown> & { readonly code?: string };
}

/** A server on a free port with a store in memory, unless told otherwise. */
export function running(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  return startServer({
    store: { kind: 'sqlite', path: ':memory:' },
    registry: testRegistry,
    auth: { kind: 'none' },
    upkeepMs: 0,
    ...options,
  });
}

/** Asks a server over HTTP. A body that is no text is sent as JSON. */
export async function ask(
  server: RunningServer,
  path: string,
  asked: { method?: string; token?: string | null; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Seen> {
  const { token = 'ana', body, headers = {} } = asked;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(server.url + path, {
    method: asked.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

/** A push of one CREATE of a note. */
export function pushOf(id: string, data: object = { title: id }): object {
  const stamps = Object.fromEntries(Object.keys(data).map((field) => [field, '1800000000000-0000-phone']));
  const row = { entityType: 'notes', entityId: id, action: 'CREATE', baseVersion: null, data, stamps, timestamp: 1 };
  const sender = { deviceId: 'phone', registered: false, incarnation: 'i', previousIncarnations: [], epoch: null };
  return { ...sender, changes: [{ id: `c-${id}`, seq: seqOf(id), ...row }] };
}

/** A place in the queue that differs between the ids used in tests. */
function seqOf(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7);
}
