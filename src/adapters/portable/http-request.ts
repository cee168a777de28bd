import { protocolVersion } from '../../core/protocol/messages.ts';
import { calls } from '../../core/protocol/paths.ts';
import type { Call } from '../../ports/transport.ts';
import { traceparentOf } from './traceparent.ts';

/** One HTTP request, ready but for its token and the encoding of its body. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path from the server's base address on, URI-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or null for a call without a body. */
  readonly body: string | null;
}

/**
 * The request of a call, without `Authorization`; or, where the call can't be put into HTTP (a path part that no
 * address may hold), the reason. Throws when the body is not JSON: that is a bug of the caller.
 */
export function requestOf(call: Call): HttpRequest | { readonly impossible: string } {
  const { method, path } = calls[call.name];
  const headers = {
    accept: 'application/json, application/problem+json',
    'x-device-id': call.deviceId,
    'x-protocol-version': String(protocolVersion),
    'x-schema-version': String(call.schemaVersion),
    traceparent: call.traceparent ?? traceparentOf(call),
  };
  if (method === 'POST') {
    const body = JSON.stringify(call.body);
    return { method, path, headers: { ...headers, 'content-type': 'application/json' }, body };
  }
  const parts = pathParts(call.body);
  const unfit = parts.find((part) => !fitsPath(part));
  if (unfit !== undefined) return { impossible: `no address can hold the part ${JSON.stringify(unfit.slice(0, 80))}` };
  return { method, path: [path, ...parts.map(encodeURIComponent)].join('/'), headers, body: null };
}

/** The `{path: [...]}` of a GET call; none when it gives none. */
function pathParts(body: unknown): readonly string[] {
  const path = typeof body === 'object' && body !== null && 'path' in body ? body.path : [];
  return Array.isArray(path) ? path.map(String) : [];
}

/** Empty and dot parts would change the path, also when encoded; lone surrogates have no encoding. */
function fitsPath(part: string): boolean {
  try {
    return encodeURIComponent(part) !== '' && part !== '.' && part !== '..';
  } catch {
    return false;
  }
}

/** The request with this token, which must be fit for a header ({@link isHeaderSafe}). */
export function withToken(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** Whether a token can stand in a header: visible ASCII without spaces. */
export function isHeaderSafe(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}
