import type { Json, JsonObject } from '../../lib/json.ts';
import { isObject, partsOf, stepsOf } from './story-parts.ts';

/** What makes two failures the same: what was broken, of what kind of entity, by which operations and faults. */
export interface Signature {
  readonly claims: readonly string[];
  /** Types of the rows that the failure is about. */
  readonly roles: readonly string[];
  readonly operations: readonly string[];
  readonly faults: readonly string[];
}

/** The types of the rows that sentences name. */
export function roleOf(sentences: readonly string[]): readonly string[] {
  return sorted(rowsNamed(sentences).map((row) => row.slice(0, row.indexOf('/'))));
}

/** The rows, `type/id` or `type/"natural key"`, that sentences name. */
export function rowsNamed(sentences: readonly string[]): readonly string[] {
  const found = sentences.flatMap((sentence) => sentence.match(/\b[a-z][A-Za-z]*\/"?[A-Za-z0-9][\w-]*/g) ?? []);
  return [...new Set(found.map((row) => row.replace('"', '')))];
}

/** A sentence without its values, numbers and times: what kind of difference it tells of. */
export function shapeOf(sentence: string): string {
  return sentence.replaceAll(/"(?:[^"\\]|\\.)*"/g, '_').replaceAll(/\d+(?:\.\d+)?(?:ms|[smhd])?/g, '_');
}

const operations: ReadonlySet<string> = new Set(['put', 'create', 'update', 'delete', 'group', 'resolve', 'undo']);
/** Deeds that neither write nor disturb. */
const plain: ReadonlySet<string> = new Set([
  ...['settle', 'phase', 'note', 'expect', 'never', 'until', 'together', 'repeat', 'sync', 'advance', 'online', 'heal'],
  ...['drop', 'retry', 'foreground', 'release', 'resume', 'restart'],
]);

/** The signature of a story that breaks these claims. Of a story made small it says what the failure is made of. */
export function signatureOf(
  story: JsonObject,
  { claims, sentences }: { readonly claims: readonly string[]; readonly sentences: readonly string[] },
): Signature {
  const parts = stepsOf(story).map(partsOf);
  const doing = parts.filter(({ verb }) => operations.has(verb));
  const disturbing = parts.filter(({ verb }) => !operations.has(verb) && !plain.has(verb) && verb !== '');
  return {
    claims: sorted(claims),
    roles: roleOf(sentences),
    operations: sorted(doing.map(({ verb, args }) => (args.increment === undefined ? verb : 'increment'))),
    faults: sorted(disturbing.flatMap(({ verb, args }) => (verb === 'next' ? faultsIn(args.next) : [verb]))),
  };
}

/** As one line: `no-lost-write of set by put after lose-response, kill`. */
export function formatSignature({ claims, roles, operations: by, faults }: Signature): string {
  const of = roles.length === 0 ? '' : ` of ${roles.join(', ')}`;
  const doing = by.length === 0 ? '' : ` by ${by.join(', ')}`;
  return `${claims.join(', ')}${of}${doing}${faults.length === 0 ? '' : ` after ${faults.join(', ')}`}`;
}

/** The kinds of faults that are armed, by any call. */
function faultsIn(next: Json | undefined): readonly string[] {
  if (!isObject(next)) return [];
  return Object.values(next).flatMap((armed) => (Array.isArray(armed) ? armed : [armed]).map(kindOf));
}

function kindOf(armed: Json): string {
  if (typeof armed === 'string') return armed;
  if (!isObject(armed)) return '';
  if (armed.fault !== undefined) return kindOf(armed.fault as Json);
  const [name = '', value] = Object.entries(armed)[0] ?? [];
  return name === 'status' ? `status ${String(value)}` : name;
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
