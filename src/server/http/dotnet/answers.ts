import type { FastifyReply, FastifyRequest } from 'fastify';
import { challengeOf } from './challenge.ts';
import { escapeJson } from './escape-json.ts';
import { withExplicitNulls } from './explicit-nulls.ts';
import { problemDetails, traceIdOf } from './problem-details.ts';
import { unreadable } from './validation-errors.ts';

/** The title of every `ValidationProblemDetails`. */
export const validationTitle = 'One or more validation errors occurred.';

/** Statuses that ASP.NET Core answers without a word unless a team writes one. */
const wordless: ReadonlySet<number> = new Set([401, 403, 405, 413, 414, 431, 500]);

/** Our answer as an ASP.NET Core 8 service with its defaults would send it. Sets status and headers; gives the body. */
export function dotnetAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  reply.header('server', 'Kestrel');
  const { statusCode: status } = reply;
  if (typeof payload !== 'string') return payload;
  const type = String(reply.getHeader('content-type') ?? '');
  if (status < 400) return type.startsWith('application/json') ? jsonAnswer(payload) : payload;
  if (/^\/health\//.test(request.url)) return unhealthy(reply);
  // The rate limiter rejects with 503 unless a team sets 429, and gives no hint when to come again.
  if (status === 429 || status === 503) return silent(reply.code(503));
  if (status === 401) reply.header('www-authenticate', challengeOf(request.headers.authorization, detailIn(payload)));
  if (status === 413) reply.header('connection', 'close');
  return wordless.has(status) || request.is404 ? silent(reply) : problem(request, reply, payload);
}

/** Only what is answered to calls has optional members; the address of the contract itself stays as it is. */
function jsonAnswer(payload: string): string {
  return escapeJson(JSON.stringify(withExplicitNulls(JSON.parse(payload))));
}

function silent(reply: FastifyReply): string {
  for (const name of ['content-type', 'retry-after', 'ratelimit', 'ratelimit-policy']) reply.removeHeader(name);
  for (const part of ['limit', 'remaining', 'reset']) {
    reply.removeHeader(`ratelimit-${part}`);
    reply.removeHeader(`x-ratelimit-${part}`);
  }
  return '';
}

function unhealthy(reply: FastifyReply): string {
  reply.code(503).removeHeader('retry-after');
  reply.header('content-type', 'text/plain');
  return 'Unhealthy';
}

/** A problem that the team's own code answers keeps its `code`: the contract wants it. What the framework says has none. */
function problem(request: FastifyRequest, reply: FastifyReply, payload: string): string {
  const { statusCode } = reply;
  const { title, status: _, ...ours } = fieldsIn(payload);
  const told =
    ours.code === 'malformed_json'
      ? { title: validationTitle, errors: unreadable('$', `${ours.detail ?? 'This is no JSON'}. Path: $.`) }
      : statusCode === 415
        ? {}
        : { title, ...ours };
  reply.header('content-type', 'application/problem+json; charset=utf-8');
  const traceId = traceIdOf(request.headers.traceparent);
  return escapeJson(JSON.stringify({ ...problemDetails(statusCode), ...told, traceId }));
}

function detailIn(payload: string): string {
  const { detail } = fieldsIn(payload);
  return typeof detail === 'string' ? detail : '';
}

function fieldsIn(payload: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(payload);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
