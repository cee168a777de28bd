import { TokenUnavailable } from '../../ports/transport.ts';
import { codeOf } from '../portable/failure-reason.ts';

const timeoutMs = 10_000;
const textMax = 1_000_000;

/** An issuer's answer. */
export interface IssuerAnswer {
  readonly status: number;
  /** Its JSON; null where it is none. */
  readonly body: unknown;
}

/**
 * Posts to an issuer of tokens. Rejects with TokenUnavailable when no answer comes within ten seconds. What was sent, and the
 * address's query, hold secrets: neither gets into the message.
 */
export async function askIssuer(url: string, asked: Asked): Promise<IssuerAnswer> {
  const answer = await posted(url, asked);
  if (typeof answer !== 'string') return answer;
  throw new TokenUnavailable(`the issuer at ${new URL(url).origin} gave no answer (${answer})`);
}

interface Asked {
  readonly type: string;
  readonly body: string;
}

/** The answer, or the code of the failure: the error itself may hold what was sent. */
async function posted(url: string, { type, body }: Asked): Promise<IssuerAnswer | string> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': type, accept: 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, body: parsed(await answer.text()) };
  } catch (error) {
    return codeOf(error) ?? (error instanceof Error ? error.name : 'unknown');
  }
}

function parsed(text: string): unknown {
  if (text.length > textMax) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
