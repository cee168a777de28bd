import { randomBytes } from 'node:crypto';

/** Where one request stands in a trace: ids as W3C Trace Context writes them. */
export interface TraceContext {
  /** 32 hex digits: of the caller when it traces, else drawn here. */
  readonly traceId: string;
  /** 16 hex digits: this request's own span. */
  readonly spanId: string;
  /** The caller's span; null when it sent none. */
  readonly parentSpanId: string | null;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** The context of a request by its `traceparent`. A header that breaks the standard counts as none: never an error. */
export function traceContextOf(traceparent: unknown): TraceContext {
  const match = typeof traceparent === 'string' ? form.exec(traceparent) : null;
  const [, version = 'ff', traceId = '', parent = '', more] = match ?? [];
  const spanId = randomBytes(8).toString('hex');
  const isFit =
    version !== 'ff' && !(version === '00' && more !== undefined) && !/^0*$/.test(traceId) && !/^0*$/.test(parent);
  return isFit
    ? { traceId, spanId, parentSpanId: parent }
    : { traceId: randomBytes(16).toString('hex'), spanId, parentSpanId: null };
}
