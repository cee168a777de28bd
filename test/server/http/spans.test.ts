import { type Span, type SpanContext, trace } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { ask, running } from './running.ts';

afterEach(() => trace.disable());

test('with an SDK every request is a span that ends with its route and status', async () => {
  const ended: object[] = [];
  const startSpan = (name: string): Span => {
    const seen: Record<string, unknown> = { name };
    const span = {
      setAttributes: (attributes: object) => Object.assign(seen, attributes) && span,
      setStatus: (status: object) => Object.assign(seen, { status }) && span,
      spanContext: (): SpanContext => ({ traceId: '', spanId: '', traceFlags: 0 }),
      end: () => ended.push(seen),
    };
    return span as unknown as Span;
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: () => undefined as never }) });
  const server = await running();
  await ask(server, '/api/sync/history/notes/n1');
  await ask(server, '/api/nothing');
  await server.close();
  expect(ended).toEqual([
    {
      name: 'GET /api/sync/history/:type/:id',
      'http.request.method': 'GET',
      'http.route': '/api/sync/history/:type/:id',
      'http.response.status_code': 200,
    },
    expect.objectContaining({ 'http.route': 'unknown', 'http.response.status_code': 404 }),
  ]);
});
