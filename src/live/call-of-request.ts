import { type CallName, calls } from '../core/protocol/paths.ts';

/**
 * The call of the protocol that an HTTP request makes, or null when it makes none (health, metrics, …). `url` is the
 * request target with an optional query; GET calls may have parts after their path.
 */
export function callOfRequest(method: string, url: string): CallName | null {
  const path = url.split('?', 1)[0] ?? '';
  for (const name of Object.keys(calls) as CallName[]) {
    const call = calls[name];
    if (call.method !== method) continue;
    if (path === call.path || (method === 'GET' && path.startsWith(`${call.path}/`))) return name;
  }
  return null;
}
