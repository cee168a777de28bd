import type { CallOutcome } from '../../ports/transport.ts';

/** Why no usable answer came. */
export type FailureReason = Extract<CallOutcome, { readonly kind: 'failure' }>['reason'];

const reasons: Readonly<Record<string, FailureReason>> = {
  ECONNREFUSED: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'malformed',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'malformed',
};

/**
 * What an error of an HTTP client means, decided by its code or that of its causes, never by its text: parser and
 * decoder codes are `malformed`, certificates `unreachable`, and an unknown one is `otherwise`.
 */
export function reasonOf(error: unknown, otherwise: FailureReason): FailureReason {
  const code = codeOf(error);
  if (code === null) return otherwise;
  if (/^(HPE_|Z_|ERR_(_|BROTLI|BUFFER_TOO_LARGE|ZLIB|PADDING))/.test(code)) return 'malformed';
  if (/^(CERT_|ERR_(TLS|SSL)_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) return 'unreachable';
  return reasons[code] ?? otherwise;
}

/** The code of an error or of the nearest cause that has one; null when none does. */
export function codeOf(error: unknown): string | null {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown };
    if (typeof code === 'string') return code;
    at = cause;
  }
  return null;
}
