import { canonicalJson, type Json } from '../../lib/json.ts';

/** Halves of surrogate pairs, which UTF-8 cannot carry. */
const halfPair = /\p{Cs}/u;
/** What no id may hold, because it breaks logs, terminals and addresses: control characters, separators, half pairs. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Why a value can't be stored and given back unchanged, in words that follow the name of the field; null when it can.
 * Refused: what JSON has no word for (undefined, NaN, Infinity, -0, functions, dates and other objects), U+0000, lone
 * surrogates, and nesting deeper than `depthMax` (a text or number has depth 0).
 */
export function jsonFault(value: unknown, depthMax: number): string | null {
  if (typeof value === 'string') return textFault(value);
  if (typeof value === 'number') return numberFault(value);
  if (typeof value === 'boolean' || value === null) return null;
  if (typeof value !== 'object') return `is ${typeof value}, which JSON cannot carry`;
  if (depthMax <= 0) return 'is nested too deeply';
  return Array.isArray(value) ? listFault(value, depthMax) : objectFault(value, depthMax);
}

function textFault(text: string): string | null {
  // Some databases cannot store U+0000.
  if (!text.includes('\0') && !halfPair.test(text)) return null;
  return 'holds U+0000 or half a surrogate pair, which cannot be stored unchanged';
}

function numberFault(value: number): string | null {
  if (!Number.isFinite(value)) return `is ${value}, which JSON cannot carry`;
  return Object.is(value, -0) ? 'is -0, which JSON does not keep apart from 0' : null;
}

function listFault(list: readonly unknown[], depthMax: number): string | null {
  // By index: `for of` and `every` would take a hole for a value or pass it over.
  for (let at = 0; at < list.length; at += 1) {
    const fault = jsonFault(list[at], depthMax - 1);
    if (fault !== null) return fault;
  }
  return null;
}

function objectFault(object: object, depthMax: number): string | null {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return 'is an object of a class, which JSON cannot carry';
  for (const [key, value] of Object.entries(object)) {
    const fault = textFault(key) ?? jsonFault(value, depthMax - 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** Whether the JSON of a value has at most this many UTF-8 bytes. Fast for values that are far below. */
export function jsonBytesAtMost(value: Json, bytesMax: number): boolean {
  return bytesBound(value) <= bytesMax || utf8Bytes(canonicalJson(value)) <= bytesMax;
}

/** More bytes than the JSON can have: an escaped character takes six. */
function bytesBound(value: Json): number {
  if (typeof value === 'string') return value.length * 6 + 3;
  if (typeof value !== 'object' || value === null) return 25;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + bytesBound(item), 2);
  let sum = 2;
  for (const [key, item] of Object.entries(value)) sum += key.length * 6 + 4 + bytesBound(item);
  return sum;
}

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes, every other unit from U+0800 takes three.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Why a text can't be the id of a row, as a whole sentence; null when it can. */
export function entityIdFault(id: unknown): string | null {
  if (typeof id !== 'string') return 'An id is a text.';
  if (id.length < 1 || id.length > 128) return 'An id has 1 to 128 characters.';
  if (unprintable.test(id)) return 'An id holds no control characters, line separators or half surrogate pairs.';
  // Addresses drop these two as path segments, even when escaped.
  return id === '.' || id === '..' ? 'An id is neither "." nor "..".' : null;
}
