import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { UserId } from '../../core/ids.ts';
import { refuse } from '../decide/refusal.ts';
import type { RateCount, RateCounter } from './rate-counters.ts';
import { RequestRefused } from './request-refused.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** What shares one allowance: an address (before its token is looked at), a user, or one device of a user. */
export type RateSubject = 'address' | 'user' | 'device';

/** So many requests within a window of time. */
export interface Rate {
  readonly count: number;
  readonly windowMs: number;
}

/** The allowances that a server enforces; a subject without one is not limited. */
export type RateRules = Readonly<Partial<Record<RateSubject, Rate>>>;

/** Counts requests against the allowances. Both throw RequestRefused (429 with `Retry-After`). */
export interface RateLimiter {
  checkAddress(request: FastifyRequest): Promise<void>;
  checkUser(request: FastifyRequest, user: UserId): Promise<void>;
}

/** The limiter of these rules; it counts nothing when there are none. Counts are kept in this process. */
export async function makeRateLimiter(
  app: FastifyInstance,
  { rules, metrics }: { readonly rules: RateRules; readonly metrics: ServerMetrics },
): Promise<RateLimiter> {
  const users = new WeakMap<FastifyRequest, UserId>();
  const check = await checks(app, { rules, metrics, users });
  return {
    checkAddress: (request) => check('address', request),
    async checkUser(request, user) {
      users.set(request, user);
      await check('user', request);
      await check('device', request);
    },
  };
}

type Check = (subject: RateSubject, request: FastifyRequest) => Promise<void>;

interface Counting {
  readonly rules: RateRules;
  readonly metrics: ServerMetrics;
  readonly users: WeakMap<FastifyRequest, UserId>;
}

async function checks(app: FastifyInstance, { rules, metrics, users }: Counting): Promise<Check> {
  if (Object.keys(rules).length === 0) return async () => undefined;
  const keys: Record<RateSubject, (request: FastifyRequest) => string> = {
    address: ({ ip }) => ip,
    user: (request) => users.get(request) ?? '',
    device: (request) => JSON.stringify([users.get(request), deviceOf(request)]),
  };
  const { addRateCounters } = await import('./rate-counters.ts');
  const counterOf = await addRateCounters(app);
  const counters = new Map<RateSubject, RateCounter>();
  for (const [subject, rate] of Object.entries(rules) as [RateSubject, Rate][])
    counters.set(subject, counterOf(rate, keys[subject]));
  return async (subject, request) => {
    const asked: Promise<RateCount> | undefined = counters.get(subject)?.(request);
    if (asked === undefined) return;
    const { isExceeded, seconds, max } = await asked;
    metrics.rateLimitAsked(isExceeded ? 'endpoint_limiter' : 'acquired');
    if (isExceeded) throw tooMany(subject, max, seconds);
  };
}

function deviceOf({ headers }: FastifyRequest): string {
  const id = headers['x-device-id'];
  return typeof id === 'string' ? id : '';
}

function tooMany(subject: RateSubject, max: number, seconds: number): RequestRefused {
  const detail = `More than ${max} requests came from this ${subject}; it may go on in ${seconds} s.`;
  return new RequestRefused(refuse('too_many_requests', detail), { headers: { 'retry-after': String(seconds) } });
}
