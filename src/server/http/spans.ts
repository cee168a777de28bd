import { context, propagation, SpanKind, SpanStatusCode, type TextMapGetter, trace } from '@opentelemetry/api';

/** How a span ends. */
export interface SpanEnd {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

/** Starts the span of a request; gives the function that ends it. */
export type SpanStarter = (request: { readonly name: string; readonly traceparent: unknown }) => (end: SpanEnd) => void;

const getter: TextMapGetter<Readonly<Record<string, string>>> = {
  get: (carrier, key) => carrier[key],
  keys: (carrier) => Object.keys(carrier),
};

/**
 * Spans through `@opentelemetry/api`. They go where the process has registered an SDK to send them (`--import` of a set-up
 * file); without one every span is empty and costs next to nothing.
 */
export function spanStarter(): SpanStarter {
  const tracer = trace.getTracer('guras-sync');
  return ({ name, traceparent }) => {
    const carrier = typeof traceparent === 'string' ? { traceparent } : {};
    const parent = propagation.extract(context.active(), carrier, getter);
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, parent);
    return ({ method, route, status }) => {
      span.setAttributes({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
      });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  };
}
