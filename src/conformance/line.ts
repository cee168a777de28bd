import { setTimeout as sleep } from 'node:timers/promises';
import { LineFailed, type RawAnswer, type RawHttp } from '../adapters/node/raw-http.ts';
import type { Transcript } from './transcript.ts';
import type { ProbeUser } from './users.ts';

/** One question to the server. */
export interface Question {
  readonly method?: string;
  readonly path: string;
  /** As whom; null sends no token. */
  readonly user: ProbeUser | null;
  /** Sent as JSON unless it is text or bytes. Absent: no body. */
  readonly body?: unknown;
  /** Headers beside the usual ones; an empty text takes one away. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes 429 and 503 as the answer instead of asking again. */
  readonly once?: boolean;
}

/** An answer with its body as JSON; `json` is undefined where it is none. */
export interface Answer extends RawAnswer {
  readonly json: unknown;
}

const triesMax = 6;
const waitMaxMs = 10_000;

/** Asks, and writes question and answer down. Waits where the server asks for it (429, 503). Rejects with LineFailed. */
export class ProbeLine {
  readonly #http: RawHttp;
  readonly #secrets: Set<string>;
  readonly #transcript: Transcript;

  constructor(
    http: RawHttp,
    { secrets, transcript }: { readonly secrets: Set<string>; readonly transcript: Transcript },
  ) {
    this.#http = http;
    this.#secrets = secrets;
    this.#transcript = transcript;
  }

  async ask(question: Question): Promise<Answer> {
    let token = (await question.user?.tokens.current()) ?? null;
    let isRenewed = false;
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#askOnce(question, token);
      if (question.once === true) return answer;
      if (answer.status === 401 && token !== null && !isRenewed && question.headers?.authorization === undefined) {
        isRenewed = true;
        const renewed = (await question.user?.tokens.refresh()) ?? null;
        if (renewed === null || renewed === token) return answer;
        token = renewed;
      } else if ((answer.status === 429 || answer.status === 503) && tries < triesMax) {
        await sleep(waitOf(answer, tries));
      } else return answer;
    }
  }

  async #askOnce(question: Question, token: string | null): Promise<Answer> {
    if (token !== null) this.#secrets.add(token);
    const { path, user } = question;
    const body = bodyOf(question.body);
    const method = question.method ?? (body === null ? 'GET' : 'POST');
    const headers = headersOf(question, { token, hasBody: body !== null });
    const began = performance.now();
    const note = (status: number | null, answerHeaders: Exchanged, answerBody: string): void =>
      this.#transcript.add({
        user: user?.label ?? null,
        method,
        path,
        requestHeaders: headers,
        requestBody: body === null ? null : shownBody(body),
        status,
        answerHeaders,
        answerBody,
        wallMs: performance.now() - began,
      });
    try {
      const answer = await this.#http.ask({ method, path, headers, body });
      note(answer.status, answer.headers, answer.text);
      return { ...answer, json: jsonOf(answer.text) };
    } catch (error) {
      if (error instanceof LineFailed) note(null, {}, `no answer: ${error.reason}: ${error.message}`);
      throw error;
    }
  }
}

type Exchanged = Readonly<Record<string, string>>;

function bodyOf(body: unknown): Buffer | null {
  if (body === undefined) return null;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** More than evidence keeps, so that no token is cut before it is known. */
const shownBytes = 24_000;

function shownBody(body: Buffer): string {
  const head = body.subarray(0, shownBytes).toString('utf8');
  return body.length > shownBytes ? `${head}… (${body.length} bytes)` : head;
}

function headersOf(
  { headers = {} }: Question,
  { token, hasBody }: { readonly token: string | null; readonly hasBody: boolean },
): Readonly<Record<string, string>> {
  const all = {
    accept: 'application/json, application/problem+json',
    'x-protocol-version': '1',
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever is no JSON is judged by its status and its text.
    return undefined;
  }
}

/** What `Retry-After` says, in ms, or half a second more each time. */
function waitOf({ headers }: RawAnswer, tries: number): number {
  const said = headers['retry-after'] ?? '';
  const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1_000;
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : tries * 500;
  return Math.min(waitMaxMs, Math.max(0, waitMs));
}
