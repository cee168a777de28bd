import { isUtf8 } from 'node:buffer';
import { refuse } from '../decide/refusal.ts';
import { RequestRefused } from './request-refused.ts';

/**
 * The JSON of a body. Throws RequestRefused with `malformed_json` for anything else, broken UTF-8 included, and with
 * `invalid_request` for what is nested deeper than `depthMax`.
 */
export function readJson(body: Buffer, depthMax: number): unknown {
  // Decoding would turn broken bytes into U+FFFD, and what is stored would not be what was sent.
  if (!isUtf8(body)) throw new RequestRefused(refuse('malformed_json', 'The body is not UTF-8.'));
  // Before parsing: a few MB of brackets become hundreds of MB of arrays.
  if (isNestedDeeper(body, depthMax)) {
    throw new RequestRefused(refuse('invalid_request', `A body is nested at most ${depthMax} deep.`));
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new RequestRefused(refuse('malformed_json', error instanceof Error ? error.message : undefined), {
      cause: error,
    });
  }
}

const [quote, backslash, openList, openObject, closeList, closeObject] = [...Buffer.from('"\\[{]}')];

/** Whether the text opens more lists and objects at once than `depthMax`. Brackets in texts don't count. */
function isNestedDeeper(body: Buffer, depthMax: number): boolean {
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === openList || byte === openObject) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (byte === closeList || byte === closeObject) depth -= 1;
    else if (byte === quote) at = endOfText(body, at);
  }
  return false;
}

/** Where the text that begins at `from` ends: at its closing quote, or at the end of the body. */
function endOfText(body: Buffer, from: number): number {
  for (let at = from + 1; at < body.length; at += 1) {
    if (body[at] === backslash) at += 1;
    else if (body[at] === quote) return at;
  }
  return body.length;
}
