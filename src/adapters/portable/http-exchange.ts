import type { Problem } from '../../core/protocol/messages.ts';
import type { CallOutcome } from '../../ports/transport.ts';
import { codeOfStatus } from './http-status.ts';
import { retryAfterMs } from './retry-after.ts';
import { itemBlamed } from './validation-errors.ts';

/** An HTTP answer that arrived whole. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The decoded text. */
  readonly body: string;
}

/** What an answer means before the token gate has had its say: a 401 may still be repeated with another token. */
export type Reading = CallOutcome | { readonly kind: 'unauthorized'; readonly detail: string };

/**
 * What a whole answer means for the call: the status table of the protocol. `asked` is the call's body (its items are
 * matched with validation errors that name a place), `bytes` the size of the decoded body. Never throws.
 *
 * - 404, 405, a redirect, another 2xx than 200, and a body that is not JSON although there is one: a failure.
 * - 413, 429 and 503 are problems whatever came with them: proxies answer so in the server's place. A 401 is
 *   `unauthorized` without a body, with JSON, or when it asks for a bearer token; any other page may be that of a network
 *   that wants a sign-in of its own.
 */
export function readAnswer(answer: HttpAnswer, about: { readonly asked: unknown; readonly bytes: number }): Reading {
  const { status } = answer;
  if (status === 200) return readBody(answer, about.bytes);
  const parsed = parseJson(answer);
  if (status === 413 || status === 429 || status === 503)
    return problemOf(answer, parsed.ok ? parsed.value : null, about.asked);
  if (status < 400 || status > 599 || status === 404 || status === 405) {
    return malformed(`status ${status}: this is not the sync server, or not its address`);
  }
  const wantsToken = status === 401 && /^bearer\b/i.test(answer.headers['www-authenticate'] ?? '');
  if (!parsed.ok && answer.body !== '' && !wantsToken) return malformed(`status ${status} with ${parsed.why}`);
  if (status === 401) return { kind: 'unauthorized', detail: refusal(answer.headers['www-authenticate']) };
  return problemOf(answer, parsed.ok ? parsed.value : null, about.asked);
}

function readBody(answer: HttpAnswer, bytes: number): Reading {
  const parsed = parseJson(answer);
  if (!parsed.ok) return malformed(`status 200 with ${parsed.why}`);
  return { kind: 'answer', body: parsed.value, bytes };
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

function parseJson({ status, headers, body }: HttpAnswer): Parsed {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (body === '') return { ok: false, why: 'an empty body' };
  const isProblem = type === 'application/problem+json';
  if (!/^(application|text)\/([^ ]+\+)?json$/.test(type) || (isProblem && status === 200)) {
    return { ok: false, why: type === '' ? 'no content type' : `content type ${type.slice(0, 80)}` };
  }
  try {
    return { ok: true, value: JSON.parse(body.startsWith('\uFEFF') ? body.slice(1) : body) };
  } catch {
    return { ok: false, why: 'a body that is not whole JSON' };
  }
}

function problemOf(answer: HttpAnswer, body: unknown, asked: unknown): CallOutcome {
  return {
    kind: 'problem',
    status: answer.status,
    problem: { ...readProblem(body, asked), ...codeIn(body, answer.status) },
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], answer.headers.date),
  };
}

function codeIn(body: unknown, status: number): { readonly code: string } {
  const code = isObject(body) ? body.code : undefined;
  return { code: typeof code === 'string' && code !== '' ? code : codeOfStatus(status) };
}

const kinds = { title: isText, detail: isText, field: isText, changeId: isText, status: isWhole, limit: isWhole };

/** The members of a problem document; known ones of a wrong type are left out, unknown ones are kept. */
function readProblem(body: unknown, asked: unknown): Omit<Problem, 'code'> {
  if (!isObject(body)) return {};
  const members = Object.entries(body).filter(([name, value]) => !Object.hasOwn(kinds, name) || rightKind(name, value));
  return { ...itemBlamed(body.errors, asked), ...Object.fromEntries(members) };
}

function rightKind(name: string, value: unknown): boolean {
  return kinds[name as keyof typeof kinds](value);
}

/** Why a token was refused, from `WWW-Authenticate`: its `error` and description only, never what was sent. */
function refusal(header: string | undefined): string {
  const part = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(header ?? '')?.[1] ?? '';
  const told = [part('error'), part('error_description')].filter((text) => text !== '').join(': ');
  return told === '' ? 'the server refused the token' : `the server refused the token: ${told.slice(0, 200)}`;
}

function malformed(detail: string): Reading {
  return { kind: 'failure', reason: 'malformed', detail };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
