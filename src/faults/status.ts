import * as z from 'zod';
import type { HttpAnswer } from '../adapters/portable/http-exchange.ts';
import { codeOfStatus } from '../adapters/portable/http-status.ts';
import { durationSchema } from './duration-schema.ts';
import { type Fault, type Leg, pass } from './fault.ts';

/** The parsed form. Without `body` a problem document with `code` (default: by status) is made. */
export interface Status {
  readonly fault: 'status';
  readonly status: number;
  readonly code: string | null;
  readonly retryAfterMs: number | null;
  /** Whether `Retry-After` is told as an HTTP date of the server's clock instead of seconds. */
  readonly dated: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** `response`: the server does the work first, and this answer stands in for its own. */
  readonly leg: Leg;
}

const written = z.strictObject({
  status: z.number().int().min(200).max(599),
  code: z.string().min(1).optional(),
  retryAfter: durationSchema.optional(),
  dated: z.boolean().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  leg: z.enum(['request', 'response']).optional(),
});

/** Somebody answers with a status: the server's gate, a proxy before it (leg: request), or after the work. */
export const status: Fault<Status> = {
  about: 'An answer with this status, code, Retry-After, headers and body; leg: response does the work first.',
  written: written.transform((text) => ({
    fault: 'status',
    status: text.status,
    code: text.code ?? null,
    retryAfterMs: text.retryAfter ?? null,
    dated: text.dated ?? false,
    headers: lowerCased(text.headers ?? {}),
    body: text.body ?? null,
    leg: text.leg ?? 'request',
  })),
  rule: (setting, { leg, serverMs }) =>
    leg === setting.leg ? { kind: 'answer', answer: answerOf(setting, serverMs) } : pass,
};

function answerOf(setting: Status, serverMs: number): HttpAnswer {
  const problem = {
    code: setting.code ?? codeOfStatus(setting.status),
    title: 'An injected fault',
    status: setting.status,
  };
  return {
    status: setting.status,
    headers: {
      date: new Date(serverMs).toUTCString(),
      'content-type': 'application/problem+json',
      ...retryAfter(setting, serverMs),
      ...setting.headers,
    },
    body: setting.body ?? JSON.stringify(problem),
  };
}

function retryAfter({ retryAfterMs, dated }: Status, serverMs: number): Record<string, string> {
  if (retryAfterMs === null) return {};
  if (dated) return { 'retry-after': new Date(serverMs + retryAfterMs).toUTCString() };
  return { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
