import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ask, pushOf, running } from './running.ts';

test('metrics count requests by route, verdicts, replays and lag under OpenTelemetry names', async () => {
  const server = await running();
  const push = pushOf('n1');
  for (let at = 0; at < 2; at += 1) await ask(server, '/api/sync/sync', { body: push });
  await ask(server, '/api/sync/changes', { body: { deviceId: 'phone', registered: true } });
  await ask(server, '/api/sync/history/notes/n1');
  await ask(server, '/api/nothing/here');
  const { text, headers } = await ask(server, '/metrics', { token: null });
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const pushes = 'http_request_method="POST",http_route="/api/sync/sync",http_response_status_code="200"';
  expect(text).toContain(`http_server_request_duration_seconds_count{${pushes}} 2`);
  expect(text).toContain('http_route="/api/sync/history/:type/:id"');
  expect(text).toContain('http_route="unknown",http_response_status_code="404"');
  expect(text).toContain('sync_ops_applied_total{call="push"} 1');
  expect(text).toContain('sync_ops_duplicate_total{call="push"} 1');
  expect(text).toContain('sync_idempotency_replays_total{call="push"} 1');
  expect(text).toMatch(/sync_cursor_lag_sum [1-9]/);
  expect(text).toContain('http_server_active_requests{http_request_method="GET"} 1');
  expect(text).not.toContain('ana');
  await server.close();
});

test('one line of the log joins request, trace and changes', async () => {
  const lines: string[] = [];
  const server = await running({ logger: pino({ level: 'debug' }, { write: (line: string) => lines.push(line) }) });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'x-request-id': 'from-the-proxy' };
  const seen = await ask(server, '/api/sync/sync', { body: pushOf('n1'), headers });
  expect(seen.headers.get('x-request-id')).toBe('from-the-proxy');
  const own = (await ask(server, '/health/live', { headers: { traceparent: 'nonsense', 'x-request-id': 'a b' } }))
    .headers;
  expect(own.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  await server.close();
  const answered = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered');
  expect(answered[0]).toMatchObject({
    requestId: 'from-the-proxy',
    traceId,
    parentSpanId: 'b7ad6b7169203331',
    changes: ['c-n1 applied'],
  });
  expect(answered[1]).toMatchObject({ parentSpanId: null, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
});
