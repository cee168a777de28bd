import { type Refusal, refuse } from '../decide/refusal.ts';
import { StoreUnavailable } from '../store/async-store.ts';
import { RequestRefused } from './request-refused.ts';

/** A refusal with headers that explain it further. */
export interface HttpRefusal {
  readonly refusal: Refusal;
  readonly headers: Readonly<Record<string, string>>;
}

const away = (): HttpRefusal => ({
  refusal: refuse('unavailable', 'The database does not answer now; ask again.'),
  headers: { 'retry-after': '1' },
});

const busy = (): HttpRefusal => ({
  refusal: refuse('unavailable', 'Another process holds the database.'),
  headers: { 'retry-after': '1' },
});

/** Errors of the framework and the store that a sender can do something about, by their codes. */
const byCode: Readonly<Record<string, (bodyBytes: number) => HttpRefusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (limit) =>
    plain(refuse('body_too_large', `A body has at most ${limit} bytes.`, { limit })),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => plain(refuse('unsupported_media_type', 'Bodies are application/json.')),
  FST_CP_ERR_INVALID_CONTENT_ENCODING: () =>
    plain(refuse('unsupported_media_type', 'Bodies may be encoded as gzip, br or deflate.')),
  FST_CP_ERR_INVALID_CONTENT: () => plain(refuse('malformed_json', 'The body does not unpack.')),
  SQLITE_BUSY: busy,
  SQLITE_BUSY_SNAPSHOT: busy,
  SQLITE_LOCKED: busy,
};

/** The problem document for anything that went wrong with a request, by codes and never by message texts. */
export function problemOfError(error: unknown, { bodyBytes }: { readonly bodyBytes: number }): HttpRefusal {
  if (error instanceof RequestRefused) return { refusal: error.refusal, headers: error.headers };
  if (error instanceof StoreUnavailable) return away();
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  const known = typeof code === 'string' && Object.hasOwn(byCode, code) ? byCode[code] : undefined;
  if (known !== undefined) return known(bodyBytes);
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const refusal = refuse('invalid_request', error instanceof Error ? error.message : undefined);
    return plain({ ...refusal, status: statusCode, problem: { ...refusal.problem, status: statusCode } });
  }
  return plain(refuse('internal'));
}

function plain(refusal: Refusal): HttpRefusal {
  return { refusal, headers: {} };
}
