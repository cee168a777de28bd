import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { defaultLimits } from '../../core/limits.ts';
import type { TestIssuer } from '../auth/issuer.ts';
import { refuse } from '../decide/refusal.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { addAdmission, refuseUnrouted } from './admission.ts';
import { answerBrokenRequests, clientErrorHandler } from './broken-requests.ts';
import { addCrossOrigin } from './cross-origin.ts';
import { kestrelBodyBytes, refuseWithoutWords } from './dotnet/limits.ts';
import { addFaultGate, gatedClock } from './fault-gate.ts';
import { addFaultRoutes, type FaultReach } from './fault-routes.ts';
import { defaultHttpLimits, type HttpLimits } from './http-limits.ts';
import { addLingering } from './lingering.ts';
import type { LiveReach } from './live-route.ts';
import { followConnections } from './open-connections.ts';
import { problemOfError } from './problem-of-error.ts';
import { makeRateLimiter, type RateRules } from './rate-limits.ts';
import { readJson } from './read-json.ts';
import { keepRequestBook, requestIdOf } from './request-log.ts';
import { sendProblem } from './send-problem.ts';
import type { ServerClock } from './server-clock.ts';
import { ServerMetrics } from './server-metrics.ts';
import { addServiceRoutes, type ServiceReach } from './service-routes.ts';
import { watchSlowBodies } from './slow-bodies.ts';
import type { SpanStarter } from './spans.ts';
import { addSyncRoutes, type SyncReach, syncRoutes } from './sync-routes.ts';

/** `plain`: our own; `dotnet`: those of ASP.NET Core 8 as it comes. */
export type Flavour = 'plain' | 'dotnet';

/** What the HTTP side of a server is put together from. */
export interface AppParts {
  readonly sync: Omit<SyncReach, 'book' | 'limiter'>;
  readonly service: Omit<ServiceReach, 'metrics'>;
  readonly clock: ServerClock;
  /** Largest request body, in bytes, after unpacking. */
  readonly bodyBytes: number;
  readonly logger: Logger | null;
  /** Whose habits beyond the contract it has. */
  readonly flavour: Flavour;
  /** The fault interface; null leaves it out. */
  readonly faults: FaultReach | null;
  /** The test issuer; null leaves it out. */
  readonly issuer: TestIssuer | null;
  /** Who is told of changes at once; null: nobody can be. */
  readonly hub: LiveHub | null;
  /** Bounds that differ from the defaults. */
  readonly limits?: Partial<HttpLimits>;
  /** Allowances of requests. Default: none. */
  readonly rates?: RateRules;
  /** Origins whose pages may call. Default: none. */
  readonly origins?: readonly string[];
}

/** A server over HTTP, and what it counts. */
export interface App {
  readonly app: FastifyInstance;
  readonly metrics: ServerMetrics;
  /** Cuts off every connection, whatever it carries. */
  readonly cutOff: () => void;
}

/** Largest request body of a flavour where no limit is set, bytes. */
export function bodyBytesOf(flavour: Flavour): number {
  return flavour === 'dotnet' ? kestrelBodyBytes : defaultLimits.bodyBytes;
}

/** A fastify server that speaks the protocol, not yet listening. Every error it answers is a problem document. */
export async function makeApp(parts: AppParts): Promise<App> {
  const { logger, bodyBytes, faults } = parts;
  const clock = faults === null ? parts.clock : gatedClock(parts.clock);
  const isDotnet = parts.flavour === 'dotnet';
  const limits = { ...defaultHttpLimits, ...parts.limits };
  const app = bareApp(parts, limits);
  if (faults !== null) addFaultGate(app, { desk: faults.desk, clock: parts.clock, bodyBytes });
  const cutOff = followConnections(app);
  const metrics = new ServerMetrics(() => connectionsOf(app));
  const book = keepRequestBook(app, { logger, metrics, startSpan: await loadSpans() });
  if (isDotnet) (await import('./dotnet/flavour.ts')).addDotnetFlavour(app);
  answerBrokenRequests(app);
  addAdmission(app, limits);
  watchSlowBodies(app, limits);
  addLingering(app);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('date', new Date(clock.now()).toUTCString());
    if (!parts.service.isReady()) reply.header('connection', 'close');
  });
  addCrossOrigin(app, parts.origins ?? []);
  await addPacking(app, { answers: !isDotnet });
  readBodies(app, limits);
  answerErrors(app, parts);
  const limiter = await makeRateLimiter(app, { rules: parts.rates ?? {}, metrics });
  addSyncRoutes(app, { ...parts.sync, clock, book, limiter });
  if (parts.hub !== null) await addLive(app, { ...parts.sync, clock, limiter, hub: parts.hub, metrics });
  addServiceRoutes(app, { ...parts.service, metrics });
  if (faults !== null) addFaultRoutes(app, faults);
  if (parts.issuer !== null) (await import('./issuer-routes.ts')).addIssuerRoutes(app, parts.issuer);
  return { app, metrics, cutOff };
}

async function addLive(app: FastifyInstance, reach: LiveReach & { readonly metrics: ServerMetrics }): Promise<void> {
  const { addLiveRoute } = await import('./live-route.ts');
  await addLiveRoute(app, reach);
  reach.metrics.watchLive(() => reach.hub.count);
}

function bareApp({ logger, bodyBytes, flavour }: AppParts, limits: HttpLimits): FastifyInstance {
  return fastify({
    ...(logger === null ? {} : { loggerInstance: logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytes,
    forceCloseConnections: 'idle',
    // What has arrived is answered, also while the server closes.
    return503OnClosing: false,
    genReqId: requestIdOf,
    // An id may hold 128 characters, each up to twelve when encoded.
    routerOptions: { maxParamLength: 2_000 },
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      connectionsCheckingInterval: 1_000,
      // Refused with a problem document in place of Node's empty answer.
      requireHostHeader: false,
    },
    clientErrorHandler: flavour === 'dotnet' ? refuseWithoutWords : clientErrorHandler(limits),
    frameworkErrors: (error, request, reply) => {
      const { refusal } = problemOfError(error, { bodyBytes });
      refuseUnrouted(request as FastifyRequest, reply as FastifyReply, refusal);
    },
  });
}

/** Null where the optional package is not installed. */
async function loadSpans(): Promise<SpanStarter | null> {
  try {
    return (await import('./spans.ts')).spanStarter();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

function connectionsOf(app: FastifyInstance): Promise<number> {
  return new Promise((resolve) => {
    app.server.getConnections((_error, count) => resolve(count ?? 0));
  });
}

/** Brotli at its default quality would cost a hundred times what it saves. `answers`: whether those are packed, not only read. */
async function addPacking(app: FastifyInstance, { answers }: { readonly answers: boolean }): Promise<void> {
  await app.register(compress, {
    globalCompression: answers,
    threshold: 1_024,
    encodings: ['br', 'gzip', 'deflate'],
    requestEncodings: ['br', 'gzip', 'deflate'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 1 },
  });
}

/** Bodies are parsed by JSON.parse alone: fastify's own parser refuses keys like `__proto__`, which data may hold. */
function readBodies(app: FastifyInstance, { bodyDepth }: HttpLimits): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    readJson(body, bodyDepth),
  );
}

const drainedBytesMax = 64 * 1024 * 1024;

function answerErrors(app: FastifyInstance, { bodyBytes }: AppParts): void {
  app.setErrorHandler((error, request, reply) => {
    const { refusal, headers } = problemOfError(error, { bodyBytes });
    // Else a packed body would be unpacked to its end, for nobody: a few MB become GB.
    if (refusal.status === 413) request.raw.unpipe();
    if (refusal.status >= 500) request.log.error({ err: error, url: request.url }, 'a request failed');
    // A line that is closed while a body still comes cuts its sender off before the answer is read.
    if (refusal.status === 413 && willEnd(request)) reply.removeHeader('connection');
    return sendProblem(reply.headers(headers), refusal);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = syncRoutes.filter(({ url }) => matches(url, path)).map(({ method }) => method);
    if (allowed.length === 0) return sendProblem(reply, refuse('not_found'));
    return sendProblem(reply.header('allow', allowed.join(', ')), refuse('method_not_allowed'));
  });
}

/** Whether a body is so long at most that what is left of it may come and be thrown away. */
function willEnd({ headers }: FastifyRequest): boolean {
  return Number(headers['content-length']) <= drainedBytesMax;
}

function matches(url: string, path: string): boolean {
  const want = url.split('/');
  const have = path.split('/');
  return want.length === have.length && want.every((part, at) => part.startsWith(':') || part === have[at]);
}
