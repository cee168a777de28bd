import * as z from 'zod';
import { type Diagnostic, errorAt, suggest } from './diagnostic.ts';
import type { Place } from './place.ts';
import { entryOf, type Tree, treeAt } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** What a schema found, as diagnostics at the places of the tree that it was given. */
export function issueDiagnostics(issues: readonly Issue[], tree: Tree, schema: z.ZodType): readonly Diagnostic[] {
  return issues.flatMap((issue) => explain(issue, { tree, schema, at: [] }));
}

interface Where {
  readonly tree: Tree;
  readonly schema: z.ZodType;
  readonly at: readonly PropertyKey[];
}

function explain(issue: Issue, where: Where): readonly Diagnostic[] {
  const path = [...where.at, ...issue.path];
  if (issue.code === 'invalid_union') return explainUnion(issue, { ...where, at: path });
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, where));
  if (issue.code === 'invalid_key')
    return [errorAt(keyPlace(path, where.tree), issue.issues[0]?.message ?? 'not a name')];
  const found = treeAt(where.tree, path);
  if (found === undefined) return [missing(path, where.tree)];
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return [
      errorAt(found.place, `${shownTree(found)} is not one of ${values.join(', ')}`, suggest(wordOf(found), values)),
    ];
  }
  return [errorAt(found.place, sentence(issue, path))];
}

/** A union's own message when it has one; else the branch that got furthest with the value. */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, where: Where): readonly Diagnostic[] {
  if (issue.message !== 'Invalid input') {
    const found = treeAt(where.tree, where.at);
    return [errorAt(found?.place ?? where.tree.place, issue.message)];
  }
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const best = [...branches].sort((a, b) => distance(a) - distance(b))[0];
  return (best ?? []).flatMap((inner) => explain(inner, where));
}

/** A branch that refuses the kind of value as a whole is further off than one that only misses a part of it. */
function distance(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => {
    if (issue.code === 'invalid_type' && issue.path.length === 0) return sum + 100;
    return sum + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 3);
  }, 0);
}

function unknownKey(key: string, path: readonly PropertyKey[], { tree, schema }: Where): Diagnostic {
  const mapping = treeAt(tree, path);
  const place = mapping === undefined ? tree.place : (entryOf(mapping, key)?.keyPlace ?? mapping.place);
  return errorAt(place, `unknown key "${key}"`, suggest(key, knownKeys(schema, path)));
}

function missing(path: readonly PropertyKey[], tree: Tree): Diagnostic {
  const parent = treeAt(tree, path.slice(0, -1)) ?? tree;
  return errorAt(parent.place ?? tree.place, `"${String(path.at(-1))}" is missing`);
}

function keyPlace(path: readonly PropertyKey[], tree: Tree): Place | null {
  const mapping = treeAt(tree, path.slice(0, -1));
  const entry = mapping === undefined ? undefined : entryOf(mapping, String(path.at(-1)));
  return entry?.keyPlace ?? tree.place;
}

function sentence(issue: Issue, path: readonly PropertyKey[]): string {
  const name = path.length === 0 ? '' : `"${String(path.at(-1))}": `;
  return `${name}${issue.message.replace(/^Invalid input: /, '')}`;
}

function wordOf(tree: Tree): string {
  return tree.kind === 'scalar' ? String(tree.value) : '';
}

function shownTree(tree: Tree): string {
  return tree.kind === 'scalar' ? JSON.stringify(tree.value) : `a ${tree.kind}`;
}

/** The keys that a schema takes at a path, as far as its objects say. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const reached = path.reduce<readonly z.ZodType[]>(
    (schemas, part) => schemas.flatMap((one) => stepInto(one, part)),
    [schema],
  );
  return [...new Set(reached.flatMap(open).flatMap(ownKeys))];
}

function ownKeys(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const keys: unknown = schema instanceof z.ZodRecord ? schema.keyType : null;
  return keys instanceof z.ZodEnum ? keys.options.map(String) : [];
}

function stepInto(schema: z.ZodType, part: PropertyKey): readonly z.ZodType[] {
  return open(schema).flatMap((one) => {
    if (one instanceof z.ZodObject) return (one.shape as Record<string, z.ZodType>)[String(part)] ?? [];
    if (one instanceof z.ZodArray) return [one.element as z.ZodType];
    return one instanceof z.ZodRecord ? [one.valueType as z.ZodType] : [];
  });
}

/** The schemas behind options, transforms and unions. */
function open(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return open(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return open(schema.in as z.ZodType);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => open(option as z.ZodType));
  return [schema];
}
