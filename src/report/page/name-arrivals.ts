import type { TraceRecord } from '../../trace/record.ts';

/**
 * The story with a call for every request that reached the server. Where a real server tells of requests it knows device and
 * call, not which one of them: then it is the oldest under way that has not arrived yet.
 */
export function nameArrivals(story: readonly TraceRecord[]): readonly TraceRecord[] {
  const waiting = new Map<string, string[]>();
  return story.map((record) => {
    const { kind, lane, data } = record;
    const key = `${kind === 'arrived' ? String(data.from) : lane} ${String(data.call)}`;
    const calls = waiting.get(key) ?? [];
    if (kind === 'call') waiting.set(key, [...calls, String(data.callId)]);
    if (kind === 'answer') {
      waiting.set(
        key,
        calls.filter((call) => call !== data.callId),
      );
    }
    if (kind !== 'arrived' || typeof data.callId === 'string') return record;
    const [oldest, ...later] = calls;
    waiting.set(key, later);
    return oldest === undefined ? record : { ...record, data: { ...data, callId: oldest } };
  });
}
