import type { ProblemCode } from '../../core/protocol/codes.ts';

const codes: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'unavailable',
  409: 'in_progress',
  410: 'cursor_expired',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  422: 'invalid_request',
  425: 'unavailable',
  426: 'update_required',
  429: 'too_many_requests',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/**
 * The problem code of a status whose body names none, as servers that were not written for us answer. The mildest
 * reading is taken: a bare 409 waits, a bare 410 resynchronises. A status that is not listed is `internal`.
 */
export function codeOfStatus(status: number): ProblemCode {
  return codes[status] ?? 'internal';
}
