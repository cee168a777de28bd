import type { Key } from '../../core/sync/tables.ts';

const FIRST_MOVED = 0xd800;
const moved = /[\ud800-\uffff]/;

/**
 * A key's part as it is bound in SQLite, so that SQLite's byte order of texts is our order by UTF-16 code unit, and so
 * that lone surrogates, which SQLite could not tell apart, stay different. Code units from U+D800 up (astral
 * characters, private use, full-width forms) are moved to U+10000 and up; all others stay as they are. Key columns are
 * only compared, never read back: rows come from their `body`.
 */
export function keyPart(part: string | number): string | number {
  return typeof part === 'string' && moved.test(part) ? moveUp(part) : part;
}

/** All parts of a key as {@link keyPart} gives them. */
export function keyParts(key: Key): Key {
  return key.map(keyPart);
}

function moveUp(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    out += unit < FIRST_MOVED ? text[at] : String.fromCodePoint(0x10000 + unit - FIRST_MOVED);
  }
  return out;
}
