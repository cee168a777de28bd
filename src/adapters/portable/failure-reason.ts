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

/** Classes of errors that carry no code of their own. */
const reasonsByName: Readonly<Record<string, FailureReason>> = { HTTPParserError: 'malformed' };

/**
 * What an error of an HTTP client means, decided by its code or class or those of its causes, never by its text: parser
 * and decoder codes are `malformed`, certificates `unreachable`, and an unknown one is `otherwise`.
 */
export function reasonOf(error: unknown, otherwise: FailureReason): FailureReason {
  const code = codeOf(error);
  if (code === null) return causes(error).flatMap(({ name }) => reasonsByName[String(name)] ?? [])[0] ?? otherwise;
  if (/^(HPE_|Z_|ERR_(_|BROTLI|BUFFER_TOO_LARGE|ZLIB|PADDING))/.test(code)) return 'malformed';
  if (/^(CERT_|ERR_(TLS|SSL)_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) return 'unreachable';
  return reasons[code] ?? otherwise;
}

/** The code of an error or of the nearest cause that has one; null when none does. */
export function codeOf(error: unknown): string | null {
  for (const { code } of causes(error)) if (typeof code === 'string') return code;
  return null;
}

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** The error and its causes, at most five: a chain may be a ring. */
function causes(error: unknown): readonly ErrorLike[] {
  const found: ErrorLike[] = [];
  for (let at = error; typeof at === 'object' && at !== null && found.length < 5; at = (at as ErrorLike).cause) {
    found.push(at);
  }
  return found;
}
