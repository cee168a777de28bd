import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';

/** A set of keys as an issuer gave it. */
export interface FetchedKeys {
  readonly keys: JSONWebKeySet;
  /** How long it may be used without asking again, ms. */
  readonly freshMs: number;
}

const timeoutMs = 5_000;
const bytesMax = 1_000_000;
/** How long a set counts as fresh whose answer does not say, and the bounds of what an answer may say, ms. */
const fresh = { defaultMs: 600_000, leastMs: 10_000, mostMs: 86_400_000 } as const;

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });
const discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });

/**
 * Fetches the key set at `url`, or with null the one that the issuer's discovery document names. Rejects when no usable
 * set comes within five seconds a step. Asks only by https, or this machine.
 */
export async function fetchKeys({
  url,
  issuer,
}: {
  readonly url: string | null;
  readonly issuer: string;
}): Promise<FetchedKeys> {
  const { body, headers } = await fetchJson(url ?? (await discovered(issuer)));
  const keys = keySet.parse(body);
  return { keys: keys as JSONWebKeySet, freshMs: freshnessOf(headers) };
}

/** Whether keys may be fetched from this address: by https, or by http from this machine. Who can change keys can be anyone. */
function isKeyAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return true;
  return protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

async function discovered(issuer: string): Promise<string> {
  const { body } = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const document = discovery.parse(body);
  if (document.issuer !== issuer) throw new Error(`the discovery document is that of another issuer`);
  return document.jwks_uri;
}

async function fetchJson(url: string): Promise<{ readonly body: unknown; readonly headers: Headers }> {
  if (!isKeyAddress(url)) throw new Error(`${url} is neither https nor on this machine`);
  const answer = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!answer.ok) throw new Error(`${url} answered with status ${answer.status}`);
  return { body: JSON.parse(await boundedText(answer)), headers: answer.headers };
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`an answer of more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `max-age` less `Age`, within bounds. */
function freshnessOf(headers: Headers): number {
  const control = headers.get('cache-control') ?? '';
  if (/\bno-(store|cache)\b/i.test(control)) return fresh.leastMs;
  const seconds = /\bmax-age=(\d{1,9})\b/i.exec(control)?.[1];
  if (seconds === undefined) return fresh.defaultMs;
  const age = /^\d{1,9}$/.exec(headers.get('age') ?? '')?.[0] ?? '0';
  return Math.min(fresh.mostMs, Math.max(fresh.leastMs, (Number(seconds) - Number(age)) * 1_000));
}
