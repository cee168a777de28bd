/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object. Key order has no meaning anywhere in the project. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * RFC 8785 text of a value: keys sorted by UTF-16 code unit, no white space, so that equal values give equal text.
 * Input must be finite JSON without `undefined`; `-0` becomes `0`. Lone surrogates are escaped as JSON.stringify does.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as JsonObject;
  const parts = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] as Json)}`);
  return `{${parts.join(',')}}`;
}

/** Whether two JSON values are the same, whatever the order of their keys. Absent and null differ. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a === null || b === null) return false;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) return sameLists(a, b);
  return sameObjects(a as JsonObject, b as JsonObject);
}

function sameLists(a: Json, b: Json): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, index) => sameJson(item, b[index]));
}

function sameObjects(a: JsonObject, b: JsonObject): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}
