import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UserId } from '../../core/ids.ts';
import { calls } from '../../core/protocol/paths.ts';
import type { Authenticator } from '../auth/identity.ts';
import { refuse } from '../decide/refusal.ts';
import type { ServerAnswer, ServerCall, ServerCallName } from '../decide-call.ts';
import type { ServeAsync } from '../serve-async.ts';
import type { RateLimiter } from './rate-limits.ts';
import type { RequestBook } from './request-log.ts';
import { RequestRefused } from './request-refused.ts';
import type { ServerClock } from './server-clock.ts';
import { userIn } from './user-in.ts';

/** The addresses of the protocol on this server. */
export const syncRoutes: readonly {
  readonly name: ServerCallName;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
}[] = [
  { name: 'pull', method: calls.pull.method, url: calls.pull.path },
  { name: 'push', method: calls.push.method, url: calls.push.path },
  { name: 'resolve', method: calls.resolve.method, url: calls.resolve.path },
  { name: 'digest', method: calls.digest.method, url: calls.digest.path },
  { name: 'rollback', method: 'POST', url: '/api/sync/rollback' },
  { name: 'history', method: calls.history.method, url: `${calls.history.path}/:type/:id` },
  { name: 'devices', method: calls.devices.method, url: calls.devices.path },
  { name: 'erase', method: 'DELETE', url: '/api/users/me' },
  { name: 'export', method: 'GET', url: '/api/users/me/export' },
];

/** What the protocol's addresses are answered with. */
export interface SyncReach {
  readonly serve: ServeAsync;
  readonly authenticate: Authenticator;
  readonly clock: ServerClock;
  readonly book: RequestBook;
  readonly limiter: RateLimiter;
}

/** Adds the protocol's addresses to a server. Who the user is, is settled before a body is read. */
export function addSyncRoutes(app: FastifyInstance, reach: SyncReach): void {
  const users = new WeakMap<FastifyRequest, UserId>();
  for (const { name, method, url } of syncRoutes) {
    app.route({
      method,
      url,
      onRequest: async (request) => {
        await reach.limiter.checkAddress(request);
        const user = await userOf(request, reach);
        await reach.limiter.checkUser(request, user);
        users.set(request, user);
      },
      handler: async (request, reply) => {
        const call = callOf(request, { name, user: users.get(request) as UserId });
        const answer = await reach.serve(call, reach.clock.now());
        if (answer.facts !== undefined) reach.book.note(request, name, answer.facts);
        return send(answer, reply);
      },
    });
  }
}

async function userOf(request: FastifyRequest, { authenticate, clock }: SyncReach): Promise<UserId> {
  return userIn(await authenticate(request.headers.authorization, clock.now()));
}

function callOf(
  request: FastifyRequest,
  { name, user }: { readonly name: ServerCallName; readonly user: UserId },
): ServerCall {
  const params = request.params as { readonly type?: string; readonly id?: string };
  const appVersion = headerOf(request, 'x-app-version');
  return {
    name,
    user,
    body: name === 'history' ? { path: [params.type, params.id] } : request.body,
    deviceId: headerOf(request, 'x-device-id'),
    protocolVersion: wholeHeader(request, 'x-protocol-version'),
    schemaVersion: wholeHeader(request, 'x-schema-version'),
    appVersion: appVersion === null ? null : appVersion.slice(0, 100),
  };
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function wholeHeader(request: FastifyRequest, name: string): number | null {
  const text = headerOf(request, name);
  if (text === null) return null;
  if (!/^\d{1,9}$/.test(text)) throw new RequestRefused(refuse('invalid_request', `${name} is not a whole number.`));
  return Number(text);
}

function send({ status, headers, body }: ServerAnswer, reply: FastifyReply): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
