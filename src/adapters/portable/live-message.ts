/** What a server says on a live connection. */
export type LiveMessage =
  | { readonly type: 'hello'; readonly epoch: string; readonly heartbeatMs: number }
  | { readonly type: 'changed' }
  | { readonly type: 'beat' };

/** The least and the most time between heartbeats that a device believes, ms. */
const believed = { leastMs: 10, mostMs: 3_600_000 } as const;

/** The message in a text; null for what is none, or not known here: servers may say more one day. */
export function liveMessage(text: string): LiveMessage | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null) return null;
  const { type, epoch, heartbeatMs } = found as Readonly<Record<string, unknown>>;
  if (type === 'changed' || type === 'beat') return { type };
  if (type !== 'hello' || typeof epoch !== 'string' || typeof heartbeatMs !== 'number') return null;
  return { type, epoch, heartbeatMs: Math.min(believed.mostMs, Math.max(believed.leastMs, heartbeatMs)) };
}
