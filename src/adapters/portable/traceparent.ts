import { hash32 } from '../../lib/hash.ts';
import type { Call } from '../../ports/transport.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The W3C trace context under which a call is sent. The trace of a push or resolve is the id of its first change, without
 * dashes: every try of that change is one trace, and who knows the change in the queue finds it in the server's log. Other calls
 * have a trace of their own. Nothing is drawn: the same call gives the same context.
 */
export function traceparentOf({ id, deviceId, body }: Call): string {
  const call = `${deviceId} ${id}`;
  const change = firstId(body);
  const traceId = change !== null && uuid.test(change) ? change.replaceAll('-', '') : hex(call, [1, 2, 3, 4]);
  return `00-${traceId}-${hex(call, [5, 6])}-01`;
}

/** The id of the first change or resolution that a call carries. */
function firstId(body: unknown): string | null {
  const { changes, resolutions } = (body ?? {}) as { readonly changes?: unknown; readonly resolutions?: unknown };
  for (const list of [changes, resolutions]) {
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    if (typeof first === 'object' && first !== null && 'id' in first) return String(first.id);
  }
  return null;
}

/** Eight hex digits per number; the standard forbids ids of zeros alone. */
function hex(text: string, numbers: readonly number[]): string {
  const digits = numbers.map((number) => hash32(text, number).toString(16).padStart(8, '0')).join('');
  return /[^0]/.test(digits) ? digits : digits.replace(/0$/, '1');
}
