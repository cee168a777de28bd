import { type ProblemCode, problemCodes } from '../../core/protocol/codes.ts';
import type { Problem } from '../../core/protocol/messages.ts';

/** A whole request refused: an HTTP status and the problem document that explains it. Nothing was written. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly problem: Problem;
}

const statuses: Partial<Record<ProblemCode, number>> = {
  invalid_request: 400,
  malformed_json: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  in_progress: 409,
  device_forked: 409,
  epoch_changed: 410,
  cursor_expired: 410,
  device_unknown: 410,
  user_erased: 410,
  request_timeout: 408,
  body_too_large: 413,
  headers_too_large: 431,
  unsupported_media_type: 415,
  update_required: 426,
  too_many_requests: 429,
  unavailable: 503,
};

/** The refusal of a request under a stable code. `detail` is for people; `more` adds members such as `limit`. */
export function refuse(code: ProblemCode, detail?: string, more: Omit<Partial<Problem>, 'code'> = {}): Refusal {
  const status = statuses[code] ?? 500;
  return { kind: 'refused', status, problem: { ...problemOf(code, detail), status, ...more } };
}

/** A problem of one change: code, its meaning for people, and what is particular about this case. */
export function problemOf(code: ProblemCode, detail?: string, more: Omit<Partial<Problem>, 'code'> = {}): Problem {
  return { code, title: problemCodes[code], ...(detail === undefined ? {} : { detail }), ...more };
}
