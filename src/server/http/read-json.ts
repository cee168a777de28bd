import { isUtf8 } from 'node:buffer';
import { refuse } from '../decide/refusal.ts';
import { RequestRefused } from './request-refused.ts';

/** The JSON of a body. Throws RequestRefused with `malformed_json` for anything else, broken UTF-8 included. */
export function readJson(body: Buffer): unknown {
  // Decoding would turn broken bytes into U+FFFD, and what is stored would not be what was sent.
  if (!isUtf8(body)) throw new RequestRefused(refuse('malformed_json', 'The body is not UTF-8.'));
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new RequestRefused(refuse('malformed_json', error instanceof Error ? error.message : undefined), {
      cause: error,
    });
  }
}
