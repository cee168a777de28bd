import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Rate } from './rate-limits.ts';

/** How many keys are remembered for each allowance; the one seen longest ago is forgotten first. */
const keysKept = 100_000;

/** What counting a request came to. */
export interface RateCount {
  readonly isExceeded: boolean;
  readonly max: number;
  /** Until the window ends, 1 or more. */
  readonly seconds: number;
}

/** Counts a request under its key. */
export type RateCounter = (request: FastifyRequest) => Promise<RateCount>;

/** Adds counting to a server; gives what makes a counter of a rate, with keys of its own. Counts are kept in this process. */
export async function addRateCounters(
  app: FastifyInstance,
): Promise<(rate: Rate, keyOf: (request: FastifyRequest) => string) => RateCounter> {
  await app.register(rateLimit, { global: false, cache: keysKept });
  return ({ count, windowMs }, keyGenerator) => {
    const check = app.createRateLimit({ max: count, timeWindow: windowMs, keyGenerator });
    return async (request) => {
      const outcome = await check(request);
      if (outcome.isAllowed) return { isExceeded: false, max: count, seconds: 1 };
      return { isExceeded: outcome.isExceeded, max: count, seconds: Math.max(1, outcome.ttlInSeconds) };
    };
  };
}
