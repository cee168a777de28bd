import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AnswerFacts } from '../decide/answer.ts';
import type { ServerMetrics } from './server-metrics.ts';
import type { SpanStarter } from './spans.ts';
import { type TraceContext, traceContextOf } from './trace-context.ts';

/** Verdicts that one line of the log lists; the rest is counted. */
const verdictsLogged = 50;

/** What is known of requests while they are answered. */
export interface RequestBook {
  /** Remembers what a call came to, for its line in the log and the metrics. */
  note(request: FastifyRequest, call: string, facts: AnswerFacts): void;
  /** The trace that a request belongs to. */
  traceOf(request: FastifyRequest): TraceContext;
}

interface Page {
  readonly trace: TraceContext;
  facts: AnswerFacts;
}

/** A request's id: the one a proxy gave it, or a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/**
 * Names every request (`x-request-id`), places it in its trace, counts it, and logs one line when it has ended, at debug
 * level, or at error level when the server failed: what, for which device, how it ended. Never a value of a record or a token.
 */
export function keepRequestBook(
  app: FastifyInstance,
  {
    logger,
    metrics,
    startSpan,
  }: { readonly logger: Logger | null; readonly metrics: ServerMetrics; readonly startSpan: SpanStarter | null },
): RequestBook {
  const pages = new WeakMap<FastifyRequest, Page>();
  const pageOf = (request: FastifyRequest): Page => {
    const known = pages.get(request);
    if (known !== undefined) return known;
    const page: Page = { trace: traceContextOf(request.headers.traceparent), facts: {} };
    pages.set(request, page);
    return page;
  };
  app.addHook('onRequest', async (request, reply) => {
    const { trace } = pageOf(request);
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? 'unknown';
    reply.header('x-request-id', request.id);
    metrics.requestBegan(method);
    const endSpan = startSpan?.({ name: `${method} ${route}`, traceparent: request.headers.traceparent }) ?? null;
    // Also said when the client went away before the answer was written.
    reply.raw.once('close', () => {
      const status = reply.raw.statusCode;
      const seconds = reply.elapsedTime / 1_000;
      metrics.requestEnded({ method, route, status, seconds });
      endSpan?.({ method, route, status });
      if (logger !== null) logEnd(logger, request, { trace, facts: pageOf(request).facts, route, status, seconds });
    });
  });
  return {
    traceOf: (request) => pageOf(request).trace,
    note(request, call, facts) {
      pageOf(request).facts = facts;
      metrics.answered(call, facts);
    },
  };
}

interface End extends Page {
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

function logEnd(logger: Logger, request: FastifyRequest, { trace, facts, route, status, seconds }: End): void {
  const level = status >= 500 && status !== 503 ? 'error' : 'debug';
  if (!logger.isLevelEnabled(level)) return;
  const { verdicts = [], cursorLag } = facts;
  const left = verdicts.length - verdictsLogged;
  const device = request.headers['x-device-id'];
  logger[level](
    {
      requestId: request.id,
      method: request.method,
      url: route,
      status,
      durationMs: Math.round(seconds * 1e6) / 1_000,
      device: typeof device === 'string' ? device.slice(0, 128) : undefined,
      ...trace,
      ...(cursorLag === undefined ? {} : { cursorLag }),
      ...(verdicts.length === 0
        ? {}
        : { changes: verdicts.slice(0, verdictsLogged).map(({ id, status: as }) => `${id} ${as}`) }),
      ...(left > 0 ? { changesLeftOut: left } : {}),
    },
    'answered',
  );
}
