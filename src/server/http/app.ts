import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { TestIssuer } from '../auth/issuer.ts';
import { refuse } from '../decide/refusal.ts';
import type { AsyncStore } from '../store/async-store.ts';
import { addFaultGate, gatedClock } from './fault-gate.ts';
import { addFaultRoutes, type FaultReach } from './fault-routes.ts';
import { openApiDocument } from './open-api.ts';
import { problemOfError } from './problem-of-error.ts';
import { readJson } from './read-json.ts';
import { RequestRefused } from './request-refused.ts';
import type { ServerClock } from './server-clock.ts';
import { addSyncRoutes, type SyncReach, syncRoutes } from './sync-routes.ts';

/** What the HTTP side of a server is put together from. */
export interface AppParts {
  readonly sync: SyncReach;
  readonly store: AsyncStore;
  readonly clock: ServerClock;
  /** Largest request body, in bytes, after unpacking. */
  readonly bodyBytes: number;
  readonly logger: Logger | null;
  /** The fault interface; null leaves it out. */
  readonly faults: FaultReach | null;
  /** The test issuer; null leaves it out. */
  readonly issuer: TestIssuer | null;
  /** Whether the server still takes work: false while it is closing. */
  readonly isReady: () => boolean;
}

/** A fastify server that speaks the protocol, not yet listening. Every error it answers is a problem document. */
export async function makeApp(parts: AppParts): Promise<FastifyInstance> {
  const { logger, bodyBytes, faults } = parts;
  const clock = faults === null ? parts.clock : gatedClock(parts.clock);
  const app: FastifyInstance = fastify({
    ...(logger === null ? {} : { loggerInstance: logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytes,
    forceCloseConnections: 'idle',
    // An id may hold 128 characters, each up to twelve when encoded.
    routerOptions: { maxParamLength: 2_000 },
    requestTimeout: 60_000,
  });
  if (faults !== null) addFaultGate(app, { desk: faults.desk, clock: parts.clock, bodyBytes });
  await addPacking(app);
  readBodies(app);
  answerErrors(app, parts);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('date', new Date(clock.now()).toUTCString());
  });
  addSyncRoutes(app, { ...parts.sync, clock });
  addServiceRoutes(app, parts);
  if (faults !== null) addFaultRoutes(app, faults);
  if (parts.issuer !== null) (await import('./issuer-routes.ts')).addIssuerRoutes(app, parts.issuer);
  if (logger !== null) logRequests(app, logger);
  return app;
}

/** Brotli at its default quality would cost a hundred times what it saves. */
async function addPacking(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    threshold: 1_024,
    encodings: ['br', 'gzip', 'deflate'],
    requestEncodings: ['br', 'gzip', 'deflate'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 1 },
  });
}

/** Bodies are parsed by JSON.parse alone: fastify's own parser refuses keys like `__proto__`, which data may hold. */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    readJson(body),
  );
}

function answerErrors(app: FastifyInstance, { bodyBytes }: AppParts): void {
  app.setErrorHandler((error, request, reply) => {
    const { refusal, headers } = problemOfError(error, { bodyBytes });
    if (refusal.status >= 500) request.log.error({ err: error, url: request.url }, 'a request failed');
    return sendProblem(reply.headers(headers), refusal);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = syncRoutes.filter(({ url }) => matches(url, path)).map(({ method }) => method);
    if (allowed.length === 0) return sendProblem(reply, refuse('not_found'));
    return sendProblem(reply.header('allow', allowed.join(', ')), refuse('method_not_allowed'));
  });
}

function matches(url: string, path: string): boolean {
  const want = url.split('/');
  const have = path.split('/');
  return want.length === have.length && want.every((part, at) => part.startsWith(':') || part === have[at]);
}

function sendProblem(reply: FastifyReply, refusal: ReturnType<typeof refuse>): FastifyReply {
  return reply
    .code(refusal.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(refusal.problem));
}

function addServiceRoutes(app: FastifyInstance, { store, isReady }: AppParts): void {
  let document: string | null = null;
  app.get('/openapi.json', async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument());
    return reply.header('content-type', 'application/json; charset=utf-8').send(document);
  });
  app.get('/health/live', async (_request, reply) => health(reply).send('Healthy'));
  app.get('/health/ready', async (_request, reply) => {
    if (!isReady()) throw new RequestRefused(refuse('unavailable', 'The server is closing.'));
    await store.ping();
    return health(reply).send('Healthy');
  });
}

function health(reply: FastifyReply): FastifyReply {
  return reply.header('content-type', 'text/plain; charset=utf-8').header('cache-control', 'no-store');
}

/** One line per request at debug level: what, for which device, how it ended. Never a value of a record. */
function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    logger.debug(
      {
        method: request.method,
        url: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 1_000) / 1_000,
        device: request.headers['x-device-id'],
        traceparent: request.headers.traceparent,
      },
      'answered',
    );
  });
}
